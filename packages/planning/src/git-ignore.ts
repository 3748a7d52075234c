import { join } from "node:path";

import { assertInPlanning } from "./contained.ts";
import { readBounded } from "./read-bounded.ts";
import { updateFileSync } from "./update-file.ts";

/** What below `.planning/` belongs to one machine, or to one moment: see gitignore(5). */
const HIDDEN = ["/.active*", "/.local/", "*.lock", "*.lock.next", "*.tmp.*"] as const;

const TITLE = "# Of one machine, or of one moment (Cabinet)";

/**
 * Has `.planning/.gitignore` name what is nobody's commit; lines of the user stay. To be called before such a
 * file is made, so that git never shows it. Throws `WriteError`, `PlanningError` (`PLANNING_OUTSIDE`).
 */
export function hideFromGit(planning: string): void {
  const path = join(planning, ".gitignore");
  assertInPlanning(planning, path);
  if (withHidden(readBounded(path)) === undefined) return;
  updateFileSync(path, (bytes) => ({ data: withHidden(bytes), result: undefined }));
}

/** Undefined: all of it is there. */
function withHidden(bytes: Uint8Array | undefined): Uint8Array | undefined {
  const old = Buffer.from(bytes ?? []);
  const lines = old.toString().split(/\r?\n/);
  const missing = HIDDEN.filter((line) => !lines.includes(line));
  if (missing.length === 0) return undefined;
  const isEnded = old.length === 0 || old.at(-1) === 10;
  const added = [isEnded ? "" : "\n", ...[TITLE, ...missing].map((line) => `${line}\n`)];
  return Buffer.concat([old, Buffer.from(added.join(""))]);
}
