import { join } from "node:path";

import { bytesIn, byteTextOf } from "../byte-text.ts";
import { assertContained } from "../contained.ts";
import { PlanningError } from "../errors.ts";
import { assertBounded } from "../read-bounded.ts";
import { updateFileSync } from "../update-file.ts";
import { type Override, withOverride } from "./override-entry.ts";

/** Both relative to the root. */
export const RESEARCH = ".internal-research";
export const LESSONS = `${RESEARCH}/lessons-learned.md`;

/**
 * Appends the override to the lessons learned, which are created where they are missing, and gives its
 * name, such as `LL-7`. One whose transition was never made is used again. Atomic, exclusive, durable.
 * Throws `PlanningError`, also where what is appended would become part of code or a comment.
 */
export function recordOverride(
  root: string,
  override: Override,
  options: { readonly timeoutMilliseconds: number | undefined },
): string {
  const path = join(root, LESSONS);
  assertContained(root, path);
  return updateFileSync(
    path,
    (bytes) => {
      assertBounded(path, bytes?.length ?? 0);
      const made = withOverride(bytes && byteTextOf(bytes), override);
      if (made === undefined) {
        const reason = "at its end there is code or a comment that is not closed";
        throw new PlanningError("PLANNING_UNREADABLE", path, reason);
      }
      return { data: made.text && bytesIn(made.text), result: made.name };
    },
    options,
  );
}
