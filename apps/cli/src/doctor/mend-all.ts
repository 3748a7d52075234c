import type { Invocation } from "../command.ts";
import { codeOf, pathOf, reasonOf } from "../errors/error-code.ts";
import { isFault } from "../errors/fault.ts";
import type { Copies } from "./copies.ts";
import type { Found, Mended } from "./finding.ts";

/** What became of one fix. */
export interface Fixed {
  readonly id: string;
  readonly path: string | null;
  readonly fix: string;
  /** `left`: nothing was done, because it is not so any more, or somebody is at work on it. */
  readonly outcome: "done" | "left" | "failed";
  /** Why it was left, or has failed. */
  readonly reason: string | null;
}

/** Mends what can be mended, one after the other. Never throws: a fix that fails keeps none of the others back. */
export async function mendAll(
  found: readonly Found[],
  copies: Copies,
  onFault: Invocation["onFault"],
): Promise<Fixed[]> {
  const fixed: Fixed[] = [];
  // Other fixes take these locks, too, and would leave nothing of them to mend.
  const [locks, others] = [found.filter(isLock), found.filter((one) => !isLock(one))];
  for (const { id, path, fix, mend } of [...locks, ...others]) {
    if (fix === null || mend === undefined) continue;
    fixed.push({ id, path, fix, ...(await outcomeOf(path, () => mend(copies), onFault)) });
  }
  return fixed;
}

function isLock({ id }: Found): boolean {
  return id === "dead-lock";
}

async function outcomeOf(
  path: string | null,
  mend: () => Promise<Mended>,
  onFault: Invocation["onFault"],
): Promise<Pick<Fixed, "outcome" | "reason">> {
  try {
    const { left } = await mend();
    return left === undefined
      ? { outcome: "done", reason: null }
      : { outcome: "left", reason: left };
  } catch (error) {
    if (isFault(error)) onFault(error);
    switch (codeOf(error) ?? "") {
      case "ATOMIC_FS_LOCKED":
        return { outcome: "left", reason: reasonOf(error) };
      case "ENOENT":
        // Right after it was looked at.
        if (pathOf(error) === path) {
          return { outcome: "left", reason: "somebody else has moved it meanwhile" };
        }
        return { outcome: "failed", reason: reasonOf(error) };
      default:
        return { outcome: "failed", reason: reasonOf(error) };
    }
  }
}
