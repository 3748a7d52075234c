import { renameSync, utimesSync, writeFileSync } from "node:fs";

import { ownIdentity } from "../src/processes/process-identity.ts";
import { temporaryPath } from "../src/temporary-path.ts";

/** Whose temporary file it is. Of `dead`, the pid is in use again, by this process. */
type Writer = "alive" | "dead";

/** Leaves a temporary file beside the target, as a writer that wanted to write `intended`. */
export function leaveOrphan(
  target: string,
  { intended, content = intended, writer = "dead", seconds }: OrphanFacts,
): string {
  const path = pathOf(temporaryPath(target, Buffer.from(intended)), writer);
  writeFileSync(path, content);
  if (seconds !== undefined) utimesSync(path, seconds, seconds);
  return path;
}

export interface OrphanFacts {
  readonly intended: string;
  /** What came to be written of it. */
  readonly content?: string;
  readonly writer?: Writer;
  /** Its modification time, of the epoch. */
  readonly seconds?: number;
}

/** Makes the writer of a temporary file of this process a dead one: its file is renamed. */
export function bury(path: string): string {
  const buried = pathOf(path, "dead");
  renameSync(path, buried);
  return buried;
}

function pathOf(path: string, writer: Writer): string {
  const { pid, start } = ownIdentity();
  return writer === "alive" ? path : path.replace(`.tmp.${pid}.${start}.`, `.tmp.${pid}.1.`);
}
