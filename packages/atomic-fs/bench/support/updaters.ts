import fs from "node:fs";

import { writeFile as writeAtomically } from "atomically";
import { lock } from "proper-lockfile";
import { Writer } from "steno";
import writeFileAtomic from "write-file-atomic";

import { type Durability, updateJson, updateJsonSync } from "@x/atomic-fs";

import { nameOf } from "./rivals.ts";

/** What changes a counter in a JSON file by one. */
export type Updater = (file: string, durability: Durability) => Promise<void>;

interface Counter {
  count: number;
}

function increment(counter: Counter): Counter {
  counter.count += 1;
  return counter;
}

function next(file: string): string {
  const counter: unknown = JSON.parse(fs.readFileSync(file, "utf8"));
  const { count } = Object.assign({ count: 0 }, counter);
  return `${JSON.stringify({ count: count + 1 }, undefined, 2)}\n`;
}

const TIMEOUT_MILLISECONDS = 120_000;

// The naps with which it does best here; its own default is one try.
const RETRIES = { forever: true, minTimeout: 2, maxTimeout: 10, factor: 1.5, randomize: true };

async function underProperLock(file: string, durability: Durability): Promise<void> {
  const release = await lock(file, { retries: RETRIES });
  try {
    await writeFileAtomic(file, next(file), { fsync: durability !== "none" });
  } finally {
    await release();
  }
}

/** One after the other in this process: it does not queue its own calls, and they would all poll. */
let last: Promise<void> = Promise.resolve();

/** Ours first, then the rivals; those without a lock are there to show what they lose. */
export const UPDATERS: Readonly<Record<string, Updater>> = {
  updateJson: (file, durability) =>
    updateJson<Counter>(file, increment, { durability, timeoutMilliseconds: TIMEOUT_MILLISECONDS }),
  updateJsonSync: async (file, durability) =>
    updateJsonSync<Counter>(file, increment, {
      durability,
      timeoutMilliseconds: TIMEOUT_MILLISECONDS,
    }),
  [`${nameOf("proper-lockfile")} + ${nameOf("write-file-atomic")}`]: (file, durability) => {
    last = last.then(() => underProperLock(file, durability));
    return last;
  },
  [nameOf("write-file-atomic")]: (file, durability) =>
    writeFileAtomic(file, next(file), { fsync: durability !== "none" }),
  [nameOf("atomically")]: (file, durability) =>
    writeAtomically(file, next(file), { fsync: durability !== "none", fsyncWait: true }),
  [nameOf("steno")]: (file) => new Writer(file).write(next(file)),
};

export const [OURS = "", , LOCKED_RIVAL = ""] = Object.keys(UPDATERS);
