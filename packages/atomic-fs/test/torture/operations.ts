import fs from "node:fs";
import { join } from "node:path";

import { updateJson, updateJsonSync } from "../../src/update-json.ts";
import { writeFileAtomic, writeFileAtomicSync } from "../../src/write-file-atomic.ts";

/** One change of a file that a test cuts short. */
export interface Operation {
  readonly file: string;
  readonly before: string;
  readonly after: string;
  readonly run: (path: string) => void | Promise<void>;
}

/** Private, so that a temporary file that is more readable would be seen. */
export const MODE = 0o600;

// Longer than one page: a write of it can be cut in the middle.
const LARGE = "x".repeat(9_000);
const before = `${JSON.stringify({ count: 1, text: LARGE }, null, 2)}\n`;
const after = `${JSON.stringify({ count: 2, text: LARGE }, null, 2)}\n`;
const document = { file: "file.json", before, after };

const increment = ({ count, text }: { count: number; text: string }): object => ({
  count: count + 1,
  text,
});

export const OPERATIONS: Readonly<Record<string, Operation>> = {
  writeFileAtomicSync: { ...document, run: (path) => writeFileAtomicSync(path, after) },
  writeFileAtomic: { ...document, run: (path) => writeFileAtomic(path, after) },
  updateJsonSync: { ...document, run: (path) => updateJsonSync(path, increment as never) },
  updateJson: { ...document, run: (path) => updateJson(path, increment as never) },
  careless: { ...document, run: (path) => careless(path, after) },
};

/** The known-bad double: no sync, a shared name, a write whose outcome nobody looks at, no clearing up. */
function careless(path: string, text: string): void {
  const descriptor = fs.openSync(`${path}.temporary`, "w", 0o644);
  try {
    fs.writeSync(descriptor, text);
  } catch {
    // Nobody looks at it.
  }
  fs.closeSync(descriptor);
  fs.renameSync(`${path}.temporary`, path);
}

/** Empties the folder and puts the operation's file into it. */
export function prepareFolder(folder: string, { file, before: text }: Operation): void {
  for (const name of fs.readdirSync(folder)) fs.rmSync(join(folder, name), { recursive: true });
  fs.writeFileSync(join(folder, file), text, { mode: MODE });
}
