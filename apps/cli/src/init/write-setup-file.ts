import { dirname } from "node:path";

import { type AppliedChanges, createFileUpdater, createFolderSync } from "@x/atomic-fs";

import { assertTargetWithin } from "./assert-place.ts";
import { assertBounded } from "./read-bounded.ts";
import { type FileOutcome, outcomeOf, type SetupFile } from "./setup-file.ts";

/** One addition, and where it is noted what came of it. */
interface Change {
  readonly file: SetupFile;
  outcome?: FileOutcome;
}

const files = createFileUpdater<Change>((locked, [change]): AppliedChanges => {
  if (change === undefined) throw new TypeError("there is no change");
  const { path, within, addTo } = change.file;
  assertTargetWithin(within, path, locked.path);
  const bytes = locked.read();
  if (bytes !== undefined) assertBounded(path, bytes.byteLength);
  const addition = addTo(bytes);
  change.outcome = outcomeOf(path, bytes, addition);
  return { data: addition.data, outcomes: [undefined] };
});

/**
 * Adds to the file what it still lacks, and gives what became of it. Atomic, durable, exclusive: of several who
 * do it at once, one adds it. Throws what `addTo` throws, and the errors of `@x/atomic-fs`.
 */
export function writeSetupFile(file: SetupFile): FileOutcome {
  createFolderSync(dirname(file.path));
  const change: Change = { file };
  files.updateSync(file.path, change);
  if (change.outcome === undefined) throw new TypeError("the change was not made");
  return change.outcome;
}
