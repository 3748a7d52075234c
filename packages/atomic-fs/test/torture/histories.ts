import fs from "node:fs";
import { dirname, join } from "node:path";

import { quarantineFileSync } from "../../src/recovery/quarantine-file.ts";
import { recoverFile } from "../../src/recovery/recover-file.ts";
import type { Durability } from "../../src/replace-file.ts";
import { syncFolder, syncFolderSync } from "../../src/sync-folder.ts";
import { updateJson, updateJsonSync } from "../../src/update-json.ts";
import { writeFileAtomic, writeFileAtomicSync } from "../../src/write-file-atomic.ts";
import { leaveOrphan } from "../orphan.ts";
import type { CrashState } from "./crash-states.ts";

/** Steps of one process in a folder; of each, the process is told when it is done. */
export interface History {
  readonly file: string;
  readonly prepare: (path: string) => void;
  readonly steps: readonly ((path: string) => void | Promise<void>)[];
  /** What is wrong with what a power cut has left; undefined: nothing. */
  readonly faultOf: (path: string, state: CrashState) => string | undefined;
}

const LARGE = "x".repeat(5_000);
const version = (count: number): string => `${JSON.stringify({ count, text: LARGE })}\n`;

const writes =
  (write: (path: string, text: string) => void | Promise<void>) =>
  (count: number) =>
  (path: string): void | Promise<void> =>
    write(path, version(count));

function versions(
  file: string,
  step: (count: number) => (path: string) => void | Promise<void>,
  faultOf: History["faultOf"],
): History {
  const prepare = (path: string): void => {
    if (dirname(file) === ".") fs.writeFileSync(path, version(0));
  };
  return { file, prepare, steps: [1, 2, 3].map(step), faultOf };
}

/** The version that the file holds: undefined when there is none, NaN when it is torn. */
function versionIn(path: string, { read }: CrashState): number | undefined {
  const bytes = read(path);
  if (bytes === undefined) return undefined;
  const text = Buffer.from(bytes).toString();
  const found = [0, 1, 2, 3].find((count) => text === version(count));
  return found ?? countIn(text);
}

/** `updateJson` writes with its own white space. */
function countIn(text: string): number {
  try {
    const value: unknown = JSON.parse(text);
    return isCounter(value) && value.text === LARGE ? value.count : Number.NaN;
  } catch {
    // Torn: there is no version in it.
    return Number.NaN;
  }
}

/** At `full`: what was acknowledged last, or the one that was under way. */
function nothingLost(path: string, state: CrashState): string | undefined {
  const found = versionIn(path, state) ?? 0;
  if (Number.isNaN(found)) return "torn";
  if (found < state.acknowledged) return "an acknowledged write is lost";
  return found > state.acknowledged + 1 ? "a write that was not asked for" : undefined;
}

/** At `data`: some version, whole. */
function nothingTorn(path: string, state: CrashState): string | undefined {
  const found = versionIn(path, state) ?? 0;
  return Number.isNaN(found) ? "torn" : undefined;
}

interface Counter {
  readonly count: number;
  readonly text: string;
}

function isCounter(value: unknown): value is Counter {
  return typeof value === "object" && value !== null && "count" in value && "text" in value;
}

const increment = ({ count, text }: Counter): Counter => ({ count: count + 1, text });
const at = (durability: Durability): { durability: Durability } => ({ durability });

/** The known-bad doubles: a replacement that leaves out one sync. */
function replaceWithout(left: "file" | "folder"): (path: string, text: string) => void {
  return (path, text) => {
    const temporary = `${path}.tmp.${Math.random().toString(36).slice(2)}`;
    const descriptor = fs.openSync(temporary, "wx");
    fs.writeSync(descriptor, text);
    if (left !== "file") fs.fsyncSync(descriptor);
    fs.closeSync(descriptor);
    fs.renameSync(temporary, path);
    if (left !== "folder") syncNames(dirname(path));
  };
}

function syncNames(folder: string): void {
  const descriptor = fs.openSync(folder, "r");
  fs.fsyncSync(descriptor);
  fs.closeSync(descriptor);
}

const BROKEN = '{"count": 0, "te';

function hasBroken({ paths, read }: CrashState): boolean {
  return paths.some((path) => Buffer.from(read(path) ?? []).toString() === BROKEN);
}

/** What was damaged is somewhere, always; once acknowledged, the new file is in its place. */
function nothingOfBothLost(path: string, state: CrashState): string | undefined {
  if (!hasBroken(state)) return "the damaged file is lost";
  if (state.acknowledged === 0) return undefined;
  return versionIn(path, state) === 1 ? undefined : "an acknowledged write is lost";
}

/** Another tool writes the file; once it is set aside, it is safe. */
function unsynced(options: () => { keep: boolean } | undefined): History {
  const write = (path: string): void => {
    const descriptor = fs.openSync(path, "wx");
    fs.writeSync(descriptor, BROKEN);
    fs.closeSync(descriptor);
  };
  const isLost = (_path: string, state: CrashState): string | undefined =>
    state.acknowledged < 2 || hasBroken(state) ? undefined : "the damaged file is lost";
  return {
    file: "file.json",
    prepare: () => {},
    steps: [write, (path) => void quarantineFileSync(path, options())],
    faultOf: isLost,
  };
}

/** A hold ends after some milliseconds, which a traced process may need for its first change: so none go by. */
async function inOneHold(work: () => Promise<unknown>): Promise<void> {
  const now = performance.now();
  Object.defineProperty(performance, "now", { value: () => now, configurable: true });
  try {
    await work();
  } finally {
    Reflect.deleteProperty(performance, "now");
  }
}

export const DOUBLES = {
  "without a sync of the file": versions("file.json", writes(replaceWithout("file")), nothingLost),
  "without a sync of the folder": versions(
    "file.json",
    writes(replaceWithout("folder")),
    nothingLost,
  ),
} as const satisfies Record<string, History>;

export const HISTORIES: Readonly<Record<string, History>> = {
  "syncFolderSync, behind somebody's own replacement": versions(
    "file.json",
    writes((path, text) => {
      replaceWithout("folder")(path, text);
      syncFolderSync(dirname(path));
    }),
    nothingLost,
  ),
  "syncFolder, behind somebody's own replacement": versions(
    "file.json",
    writes((path, text) => {
      replaceWithout("folder")(path, text);
      return syncFolder(dirname(path));
    }),
    nothingLost,
  ),
  "writeFileAtomicSync, full": versions("file.json", writes(writeFileAtomicSync), nothingLost),
  "writeFileAtomic, full": versions("file.json", writes(writeFileAtomic), nothingLost),
  "writeFileAtomic, full, in new folders": versions(
    "new/folder/file.json",
    writes(writeFileAtomic),
    nothingLost,
  ),
  "writeFileAtomicSync, data": versions(
    "file.json",
    writes((path, text) => writeFileAtomicSync(path, text, at("data"))),
    nothingTorn,
  ),
  "updateJsonSync, full": versions(
    "file.json",
    () => (path) => updateJsonSync(path, increment),
    nothingLost,
  ),
  "updateJson, full": versions(
    "file.json",
    () => (path) => updateJson(path, increment),
    nothingLost,
  ),
  "updateJson, full, with changes that ask for less": versions(
    "file.json",
    () => async (path) => {
      const idle = (same: Counter): Counter => ({ ...same });
      const ask = (): Promise<unknown>[] =>
        [at("none"), at("full"), at("data")].map((options, index) =>
          updateJson(path, index === 1 ? increment : idle, options),
        );
      await inOneHold(() => Promise.all(ask()));
    },
    nothingLost,
  ),
  "updateJson, data": versions(
    "file.json",
    () => (path) => updateJson(path, increment, at("data")),
    nothingTorn,
  ),
  "updateJson of a corrupt file": {
    file: "file.json",
    prepare: (path) => fs.writeFileSync(path, BROKEN),
    steps: [
      (path) =>
        updateJson(path, increment, {
          corrupt: "quarantine",
          initial: { count: 0, text: LARGE },
        }),
    ],
    faultOf: nothingOfBothLost,
  },
  recoverFile: {
    file: "file.json",
    prepare: (path) => {
      fs.writeFileSync(path, BROKEN);
      fs.utimesSync(path, 1, 1);
      leaveOrphan(path, { intended: version(1), seconds: 2 });
    },
    steps: [async (path) => void (await recoverFile(path))],
    faultOf: (path, state) => {
      const isReady = state.paths.some((name) => versionIn(name, state) === 1);
      return isReady ? nothingOfBothLost(path, state) : "the recovered file is lost";
    },
  },
  quarantineFileSync: {
    file: "file.json",
    prepare: (path) => fs.writeFileSync(path, BROKEN),
    steps: [(path) => void quarantineFileSync(path)],
    faultOf: (_path, state) => (hasBroken(state) ? undefined : "the damaged file is lost"),
  },
  "quarantineFileSync of what nobody has synced": unsynced(() => undefined),
  "quarantineFileSync, keep, of what nobody has synced": unsynced(() => ({ keep: true })),
};

export function pathIn(folder: string, { file }: History): string {
  return join(folder, file);
}
