import fs from "node:fs";
import { basename, dirname, join } from "node:path";

import { expect } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { syncFileCalls } from "../src/file-calls.ts";
import { quarantineFile, quarantineFileSync } from "../src/recovery/quarantine-file.ts";
import { recoverFile } from "../src/recovery/recover-file.ts";
import { updateJson, updateJsonSync } from "../src/update-json.ts";
import { updateMarkdownField, updateMarkdownSection } from "../src/update-markdown.ts";
import { writeFileAtomic, writeFileAtomicSync } from "../src/write-file-atomic.ts";
import { leaveOrphan } from "./orphan.ts";

/** One change of one file, as a caller makes it. */
export interface Change {
  readonly before: string;
  /** What the file holds afterwards; undefined: it is not there. */
  readonly after: string | undefined;
  /** The old content gets a name of its own. */
  readonly setsAside?: boolean;
  /** A temporary file of a dead writer lies beside the file, with what it holds afterwards. */
  readonly hasOrphan?: boolean;
  /** Gives false when there was nothing that could be done. */
  readonly run: (path: string) => unknown;
}

const [OLD, NEW] = ['{\n  "version": 1\n}\n', '{\n  "version": 2\n}\n'];
const DAMAGED = "\0\0";
const document = (version: string): string => `Status: ${version}\n\n## Notes\n\nnone\n`;
const next = ({ version }: { version: number }) => ({ version: version + 1 });
const json = { before: OLD, after: NEW };
const quarantine = { before: DAMAGED, after: undefined, setsAside: true };
const atOnce = { durability: "none", timeoutMilliseconds: 500 } as const;

/** Every change that the package makes, by the call that makes it. They do not wait for a disk. */
export const CHANGES: Readonly<Record<string, Change>> = {
  writeFileAtomic: { ...json, run: (path) => writeFileAtomic(path, NEW, atOnce) },
  writeFileAtomicSync: { ...json, run: (path) => writeFileAtomicSync(path, NEW, atOnce) },
  "writeFileAtomicSync at full": { ...json, run: (path) => writeFileAtomicSync(path, NEW) },
  updateJson: { ...json, run: (path) => updateJson(path, next, atOnce) },
  updateJsonSync: { ...json, run: (path) => updateJsonSync(path, next, atOnce) },
  "updateJson of a corrupt file": {
    ...json,
    before: DAMAGED,
    setsAside: true,
    run: (path) =>
      updateJson(path, next, { ...atOnce, corrupt: "quarantine", initial: { version: 1 } }),
  },
  updateMarkdownField: {
    before: document("old"),
    after: document("new"),
    run: (path) => updateMarkdownField(path, "Status", "new", atOnce),
  },
  updateMarkdownSection: {
    before: document("old"),
    after: document("old").replace("none", "some"),
    run: (path) => updateMarkdownSection(path, "Notes", "some", atOnce),
  },
  recoverFile: {
    before: DAMAGED,
    after: NEW,
    setsAside: true,
    hasOrphan: true,
    run: async (path) => (await recoverFile(path, atOnce)).outcome === "recovered",
  },
  quarantineFile: { ...quarantine, run: (path) => quarantineFile(path) },
  quarantineFileSync: { ...quarantine, run: (path) => quarantineFileSync(path) },
  "quarantineFile with keep": {
    ...quarantine,
    after: DAMAGED,
    run: (path) => quarantineFile(path, { keep: true }),
  },
};

/** Of the file that a change finds, in seconds of the epoch; a temporary file is newer. */
export const OLD_TIME = 1_000;

/** Puts there what the change is to find, where `path` leads to nothing yet or to an older one. */
export function prepare({ before, after, hasOrphan = false }: Change, path: string): void {
  fs.writeFileSync(path, before);
  fs.utimesSync(path, OLD_TIME, OLD_TIME);
  if (!hasOrphan || after === undefined) return;
  try {
    leaveOrphan(fs.realpathSync.native(path), { intended: after, seconds: OLD_TIME + 1 });
  } catch (error) {
    // Nobody could have left one beside so long a name.
    expect(error).toMatchObject({ code: "ENAMETOOLONG" });
  }
}

/** What the files of a folder hold, by name; of what is no file, what it is. */
export function contentsIn(folder: string): Record<string, string> {
  const entries = fs.readdirSync(folder, { withFileTypes: true }).map((entry) => {
    const path = join(folder, entry.name);
    if (entry.isFile()) return [entry.name, fs.readFileSync(path, "utf8")];
    return [entry.name, entry.isDirectory() ? "a folder" : `a link to ${fs.readlinkSync(path)}`];
  });
  return Object.fromEntries(entries);
}

/** Undefined when the call did what it is for, else the code of its error. Throws what has none. */
export async function refusalOf(run: () => unknown): Promise<string | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
    if (typeof code !== "string" || !code.startsWith("ATOMIC_FS_")) throw error;
    return code;
  }
}

/**
 * Makes the change, and looks at the folder: either it was made, or refused with a typed error, and
 * then nothing is different; whatever else lies there stays. Gives the code of the error.
 */
export async function assertChange(
  change: Change,
  path: string,
  real = path,
): Promise<string | undefined> {
  const [folder, name] = [dirname(real), basename(real)];
  const { [name]: _old, ...bystanders } = contentsIn(folder);
  prepare(change, path);
  const found = contentsIn(folder);
  let isMade: unknown;
  const code = await refusalOf(async () => {
    isMade = await change.run(path);
  });
  const left = contentsIn(folder);
  const aside = Object.keys(left).find(
    (other) => !(other in found) && /^\.broken-\d+$/.test(other.slice(name.length)),
  );
  if (code !== undefined || isMade === false) {
    // What could be set aside, but not replaced, has two names.
    const isKept = aside !== undefined && change.setsAside === true;
    expect(left).toEqual({ ...found, ...(isKept ? { [aside]: change.before } : {}) });
    return code;
  }
  expect(left).toEqual({
    ...bystanders,
    ...(change.after === undefined ? {} : { [name]: change.after }),
    ...(change.setsAside === true ? { [aside ?? "no aside"]: change.before } : {}),
  });
  return undefined;
}

/** What happens around each file call, with its name and its first two arguments. */
export interface Watch {
  readonly before?: (call: string, ...args: unknown[]) => void;
  readonly after?: (call: string, ...args: unknown[]) => void;
}

const ASYNCHRONOUS = ["write", "fsync", "rename"];
const DIRECT = ["open", "close", "lstat", "readdir", "readFile", "link", "rename", "unlink"].map(
  (name) => `${name}Sync`,
);

/** Runs it with the watch around every file call that the package makes. */
export async function watching(watch: Watch, run: () => unknown): Promise<void> {
  let isInside = false;
  const undo = [
    ...Object.keys(syncFileCalls).map((name) => [syncFileCalls, name] as const),
    ...[...ASYNCHRONOUS, ...DIRECT].map((name) => [fs, name] as const),
  ].map(([calls, name]) => {
    const original: unknown = Reflect.get(calls, name);
    if (typeof original !== "function") throw new Error(`there is no call ${name}`);
    const look = (when: "before" | "after", args: readonly unknown[]): void => {
      isInside = true;
      try {
        watch[when]?.(name, ...args);
      } finally {
        isInside = false;
      }
    };
    Reflect.set(calls, name, (...args: unknown[]): unknown => {
      // A call that another one makes, or the watch.
      if (isInside) return Reflect.apply(original, calls, args);
      look("before", args);
      isInside = true;
      try {
        const callback = args.at(-1);
        if (typeof callback !== "function") return Reflect.apply(original, calls, args);
        const done = (...results: unknown[]): void => {
          look("after", args);
          Reflect.apply(callback, undefined, results);
        };
        return Reflect.apply(original, calls, [...args.slice(0, -1), done]);
      } finally {
        isInside = false;
        if (typeof args.at(-1) !== "function") look("after", args);
      }
    });
    return () => Reflect.set(calls, name, original);
  });
  try {
    await run();
  } finally {
    for (const restore of undo) restore();
  }
}

const move = (root: string): void => fs.renameSync(join(root, "f"), join(root, "moved"));
const remove = (root: string): void => fs.rmSync(join(root, "f/file.json"), { force: true });

/** What happens to the folder `f` of a file, or to the file, while a change is under way. */
export const ACCIDENTS: readonly (readonly [what: string, (root: string) => void])[] = [
  ["the folder is removed", (root) => fs.rmSync(join(root, "f"), { recursive: true })],
  ["the folder is moved away", move],
  [
    "a file takes the folder's place",
    (root) => [move(root), fs.writeFileSync(join(root, "f"), "")],
  ],
  ["a link takes the folder's place", (root) => [move(root), fs.symlinkSync("b", join(root, "f"))]],
  [
    "a folder takes the file's place",
    (root) => [remove(root), fs.mkdirSync(`${root}/f/file.json`)],
  ],
  [
    "a link takes the file's place",
    (root) => [remove(root), fs.symlinkSync("../b/file.json", join(root, "f/file.json"))],
  ],
];

/** Lets it happen before that file call of the change; gives what is wrong then, or that there is no such call. */
export async function accident(change: Change, happen: (root: string) => void, before: number) {
  const root = temporaryFolder();
  for (const folder of ["f", "b"]) fs.mkdirSync(join(root, folder));
  fs.writeFileSync(join(root, "b/file.json"), "a bystander");
  prepare(change, join(root, "f/file.json"));
  let calls = 0;
  const watch = (): void => {
    calls += 1;
    if (calls === before) happen(root);
  };
  let failure: unknown;
  const code = await refusalOf(async () => {
    const run = async (): Promise<unknown> => change.run(join(root, "f/file.json"));
    await watching({ before: watch }, () => run().catch((error: unknown) => (failure = error)));
    if (failure !== undefined) throw failure;
  });
  const left = fs.readdirSync(root, { recursive: true, withFileTypes: true });
  const paths = left
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const files = paths.map(
    (path) => [path.slice(root.length + 1), fs.readFileSync(path, "utf8")] as const,
  );
  const named = files.filter(([file]) => /^(?:f|moved|b)\/file\.json$/.test(file));
  const faults = [
    ...files.filter(
      ([file]) => !/^(?:f|(?:f|moved|b)\/file\.json(?:\.tmp\.[\w.]+|\.broken-\d+)?)$/.test(file),
    ),
    ...named.filter(([, text]) => ![change.before, change.after, "a bystander"].includes(text)),
    ...named.filter(
      ([, text]) =>
        saysOldStands(code, failure) && change.before !== change.after && text === change.after,
    ),
  ];
  fs.rmSync(root, { recursive: true });
  return { isOver: calls < before, faults };
}

/** Whether the error of that code says that the old content stands. */
function saysOldStands(code: string | undefined, failure: unknown): boolean {
  if (code === undefined || code === "ATOMIC_FS_LOCK_LOST") return false;
  return Reflect.get(Object(failure), "installed") !== true;
}
