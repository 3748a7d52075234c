import { basename, dirname, join } from "node:path";

import { readLockHolder, type SeenHolder, withFileLockSync } from "@x/atomic-fs";

import { lookInto } from "../could-not-look.ts";
import { filesBelow, namesIn } from "../files-below.ts";
import { type Check, type Found, findingOf } from "../finding.ts";
import { LOCK_PATIENCE } from "../lock-patience.ts";
import { databaseFileOf, foldersOf, type Place } from "../place.ts";

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
    const inCheckout = trees.flatMap(({ folders }) =>
      folders.flatMap(({ folder, names }) => locksAmong(names).map((name) => join(folder, name))),
    );
    const { found: fault, paths } = await besideDatabase(place);
    const looks = [...inCheckout, ...paths].map((path) =>
      lookInto("The lock", path, () => ({ found: judge(path, place.now()) })),
    );
    // What could not be looked at of the folders, the check of temporary files tells.
    return { found: [...fault, ...(await Promise.all(looks)).flatMap((look) => look.found)] };
  },
};

function locksAmong(names: readonly string[]): string[] {
  return names.filter((name) => name.endsWith(LOCK));
}

async function besideDatabase({
  database,
}: Place): Promise<{ found: readonly Found[]; paths: string[] }> {
  if (database === undefined) return { found: [], paths: [] };
  const paths: string[] = [];
  const { found } = await lookInto("The folder", dirname(database), async () => {
    const file = databaseFileOf(database);
    const ours = namesIn(dirname(file)).filter((name) => name.startsWith(basename(file)));
    paths.push(...locksAmong(ours).map((name) => join(dirname(file), name)));
    return { found: [] };
  });
  return { found, paths };
}

function judge(path: string, now: Date): Found[] {
  const holder = readLockHolder(path);
  if (holder === undefined) return [];
  const isExecutors = basename(path) === EXECUTOR;
  switch (holder.state) {
    case "dead":
      return isExecutors ? [] : [deadLock(path, holder)];
    case "unknown":
      // Other tools have files of that name, too; a lock of ours always names somebody.
      return holder.pid === undefined ? [] : [unknownLock(path, holder)];
    case "alive":
      return isExecutors ? [] : heldLock(path, holder, now);
  }
}

function deadLock(path: string, { pid }: SeenHolder): Found {
  return findingOf("dead-lock", {
    path,
    message: `Process ${pid} was killed while it had this lock. It keeps nobody out: whoever takes the lock next removes it.`,
    command: `readlink ${path}`,
    fix: "takes the lock as the next one would, and gives it back",
    mend: async () => {
      if (readLockHolder(path)?.state !== "dead") return { left: "somebody has taken it by now" };
      withFileLockSync(path.slice(0, -LOCK.length), () => undefined, LOCK_PATIENCE);
      const isStill = readLockHolder(path)?.state === "dead";
      return isStill ? { left: "it is not the lock of the file of its name" } : {};
    },
  });
}

function unknownLock(path: string, { pid }: SeenHolder): Found {
  return findingOf("unknown-lock", {
    path,
    message: `Process ${pid} of another machine or container has this lock, as far as can be told: nobody here can see whether it lives, and everybody here waits for it.`,
    command: "The README of @x/atomic-fs says how to tell, and what to do then.",
  });
}

function heldLock(path: string, { pid, since }: SeenHolder, now: Date): Found[] {
  const minutes = Math.floor((now.getTime() - since.getTime()) / LONG_MILLISECONDS);
  if (minutes < 1) return [];
  return [
    findingOf("held-lock", {
      path,
      message: `Process ${pid}, which is running, has had this lock for ${minutes} min: others wait for it.`,
      command: `See what process ${pid} is doing.`,
    }),
  ];
}
