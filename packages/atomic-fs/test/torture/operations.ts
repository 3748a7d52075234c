import fs from "node:fs";
import { dirname, join } from "node:path";

import { syncFileCalls } from "../../src/file-calls.ts";
import { withFileLockSync } from "../../src/locks/with-file-lock.ts";
import { quarantineFileSync } from "../../src/recovery/quarantine-file.ts";
import { recoverFile } from "../../src/recovery/recover-file.ts";
import { updateJson, updateJsonSync } from "../../src/update-json.ts";
import { updateMarkdownField } from "../../src/update-markdown.ts";
import { writeFileAtomic, writeFileAtomicSync } from "../../src/write-file-atomic.ts";
import { deadOwner } from "../dead-owner.ts";
import { leaveOrphan } from "../orphan.ts";
import { takeUnguarded } from "../unguarded-lock.ts";

/** One change of a file that a test cuts short. */
export interface Operation {
  readonly file: string;
  /** Undefined: there is no file. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** What else lies in the folder before. */
  readonly prepare?: (path: string) => void;
  readonly run: (path: string) => void | Promise<void>;
  /** Names that may be left when it fails, or is killed. */
  readonly leaves?: RegExp;
  /** It moves the file away before the new one takes its place: both may be found beside it. */
  readonly isInTwoSteps?: boolean;
}

/** Private, so that a temporary file that is more readable would be seen. */
export const MODE = 0o600;

// Longer than one page: a write of it can be cut in the middle.
const LARGE = "x".repeat(9_000);

interface Counter {
  readonly count: number;
  readonly text: string;
}

const textOf = (count: number): string => `${JSON.stringify({ count, text: LARGE }, null, 2)}\n`;
const increment = ({ count, text }: Counter): Counter => ({ count: count + 1, text });
const document = { file: "file.json", before: textOf(1), after: textOf(2) };
const created = { file: "file.json", before: undefined, after: textOf(2) };
const broken = { file: "file.json", before: '{"count": 1, "te' };
const ASIDE = /\.broken-\d+$/;

/** Others may be in the folder by then: it is over when this one is. */
const SECTION_MILLISECONDS = 40;
const locked = {
  file: "file.json",
  before: textOf(1),
  after: textOf(1),
  prepare: (path: string) => fs.symlinkSync(deadOwner("abcdefgh"), `${path}.lock`),
  // Of a breaker that was killed; the name is that of the lock that it broke.
  leaves: /^\.\w{8}\.lock$|\.witness$/,
};

/** Fails when somebody else is inside. */
function enter(path: string): void {
  const witness = `${path}.witness`;
  fs.writeFileSync(witness, "", { flag: "wx", mode: MODE });
  syncFileCalls.nap(SECTION_MILLISECONDS);
  fs.unlinkSync(witness);
}

export const OPERATIONS: Readonly<Record<string, Operation>> = {
  writeFileAtomicSync: { ...document, run: (path) => writeFileAtomicSync(path, textOf(2)) },
  writeFileAtomic: { ...document, run: (path) => writeFileAtomic(path, textOf(2)) },
  updateJsonSync: { ...document, run: (path) => updateJsonSync(path, increment) },
  updateJson: { ...document, run: (path) => updateJson(path, increment) },
  "withFileLockSync, of a dead owner": {
    ...locked,
    run: (path) => withFileLockSync(path, () => enter(path)),
  },
  "writeFileAtomic of a new file": {
    ...created,
    run: (path) => writeFileAtomic(path, textOf(2), { mode: MODE }),
  },
  "updateJson of a new file": {
    ...created,
    run: (path) => updateJson(path, increment, { initial: JSON.parse(textOf(1)), mode: MODE }),
  },
  "updateJson of a corrupt file": {
    ...broken,
    after: textOf(2),
    run: (path) =>
      updateJson(path, increment, { initial: JSON.parse(textOf(1)), corrupt: "quarantine" }),
    leaves: ASIDE,
  },
  updateMarkdownField: {
    file: "STATE.md",
    before: `Status: old\n\n${LARGE}\n`,
    after: `Status: new\n\n${LARGE}\n`,
    run: (path) => updateMarkdownField(path, "Status", "new"),
  },
  quarantineFileSync: {
    ...broken,
    after: undefined,
    run: (path) => void quarantineFileSync(path),
    leaves: ASIDE,
    isInTwoSteps: true,
  },
  recoverFile: {
    ...broken,
    after: textOf(2),
    prepare: (path) => {
      fs.utimesSync(path, 1, 1);
      fs.chmodSync(leaveOrphan(path, { intended: textOf(2), seconds: 2 }), MODE);
    },
    run: async (path) => void (await recoverFile(path)),
    leaves: /\.broken-\d+$|\.tmp\.\d+\.1\.\w+$/,
    isInTwoSteps: true,
  },
  careless: { ...document, run: (path) => careless(path, textOf(2)) },
  "careless lock": { ...locked, run: carelessLock },
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

/** The known-bad double of the lock: breakers without a guard. */
function carelessLock(path: string): void {
  for (;;) {
    const release = takeUnguarded(syncFileCalls, `${path}.lock`);
    if (release !== undefined) {
      enter(path);
      release();
      return;
    }
    syncFileCalls.nap(1);
  }
}

/** Empties the folder and puts into it what the operation starts from. */
export function prepareFolder(folder: string, { file, before, prepare }: Operation): void {
  for (const name of fs.readdirSync(folder)) fs.rmSync(join(folder, name), { recursive: true });
  const path = join(folder, file);
  if (before !== undefined) fs.writeFileSync(path, before, { mode: MODE });
  prepare?.(path);
}

/** The contents of all files there. */
export function contentsBeside(path: string): string[] {
  const folder = dirname(path);
  const entries = fs.readdirSync(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ name }) => fs.readFileSync(join(folder, name), "utf8"));
}
