import { basename, dirname, join } from "node:path";

import { readLockHolder, type SeenHolder, withFileLockSync } from "@x/atomic-fs";

import { databaseFileOf } from "../../tracker/database-file.ts";
import { assertInPlace } from "../assert-in-place.ts";
import { lookInto } from "../could-not-look.ts";
import { filesBelow, type FolderNames, namesBeside } from "../files-below.ts";
import { type Check, type Found, findingOf } from "../finding.ts";
import { LOCK_PATIENCE } from "../lock-patience.ts";
import { foldersOf, type Place } from "../place.ts";
import { shellWord } from "../shell-word.ts";

const LOCK = ".lock";

// An executor has its lock as long as it works, and a dead one is told by the run.
const EXECUTOR = "executor.lock";

// The longest change of ours is over in seconds.
const LONG_MILLISECONDS = 60_000;

/** Locks of files whose holders are gone, cannot be seen, or have them for long. */
export const locks: Check = {
  id: "locks",
  look: async (place) => {
    const trees = foldersOf(place).map((folder) => filesBelow(folder, place));
    const inCheckout = trees.flatMap(({ folders }) => folders.flatMap(locksIn));
    const beside: LockName[] = [];
    const { found } = await lookInto("The folder", place.database ?? null, () => {
      beside.push(...besideDatabase(place));
      return { found: [] };
    });
    const looks = [...inCheckout, ...beside].map((lock) =>
      lookInto("The lock", lock.path, () => ({ found: judge(lock, place) })),
    );
    // What could not be looked at of the folders, the check of temporary files tells.
    return { found: [...found, ...(await Promise.all(looks)).flatMap((look) => look.found)] };
  },
};

/** A name that a lock would have. */
interface LockName {
  readonly path: string;
  /** There is a file of which this is the lock: what lies there is in its way, whatever it is. */
  readonly isOfFile: boolean;
}

function locksIn({ folder, names }: FolderNames): LockName[] {
  const ends = names.filter((name) => name.endsWith(LOCK));
  return ends.map((name) => {
    const isOfFile = names.includes(name.slice(0, -LOCK.length));
    return { path: join(folder, name), isOfFile };
  });
}

function besideDatabase({ database }: Place): LockName[] {
  if (database === undefined) return [];
  const file = databaseFileOf(database);
  return locksIn({ folder: dirname(file), names: namesBeside(file) });
}

function judge({ path, isOfFile }: LockName, place: Place): Found[] {
  const holder = readLockHolder(path);
  if (holder === undefined) return [];
  // Other tools have files of such names, too; a lock of ours names somebody.
  if (holder.pid === undefined) return isOfFile ? [noLock(path)] : [];
  if (holder.state === "unknown") return [unknownLock(path, holder)];
  if (basename(path) === EXECUTOR) return [];
  if (holder.state === "dead") return [deadLock(path, holder, place)];
  return heldLock(path, holder, place.now());
}

function deadLock(path: string, { pid }: SeenHolder, place: Place): Found {
  return findingOf("dead-lock", {
    path,
    message: `Process ${pid} was killed while it had this lock. It keeps nobody out: whoever takes the lock next removes it.`,
    command: `readlink ${shellWord(path)}`,
    fix: "takes the lock as the next one would, and gives it back",
    mend: async () => {
      const now = readLockHolder(path)?.state;
      if (now === undefined) return { left: "whoever took the lock since has removed it" };
      if (now !== "dead") return { left: "somebody has taken it by now" };
      const file = path.slice(0, -LOCK.length);
      assertInPlace(file, place);
      withFileLockSync(file, () => undefined, LOCK_PATIENCE);
      const isStill = readLockHolder(path)?.state === "dead";
      return isStill ? { left: "it is not the lock of the file of its name" } : {};
    },
  });
}

function unknownLock(path: string, { pid }: SeenHolder): Found {
  return findingOf("unknown-lock", {
    path,
    message: `Process ${pid} of another machine or container has this lock, as far as can be told: nobody here can see whether it lives, and everybody here waits for it.`,
    advice: "The README of @x/atomic-fs says how to tell, and what to do then.",
  });
}

function noLock(path: string): Found {
  return findingOf("unknown-lock", {
    path,
    message:
      "What lies in the place of this lock names no process: everybody here waits for it, and nobody takes it away.",
    advice: "Look at what it is, and move it to another folder.",
  });
}

function heldLock(path: string, { pid, since }: SeenHolder, now: Date): Found[] {
  const minutes = Math.floor((now.getTime() - since.getTime()) / LONG_MILLISECONDS);
  if (minutes < 1) return [];
  return [
    findingOf("held-lock", {
      path,
      message: `Process ${pid}, which is running, has had this lock for ${minutes} min: others wait for it.`,
      advice: `See what process ${pid} is doing.`,
    }),
  ];
}
