// Several processes update one registry of a number: the registry's API, updateJson below it, and the
// libraries that people use for it.
import { tmpdir } from "node:os";

import { type Contest, hold, MEMORY } from "../../atomic-fs/bench/support/contest.ts";
import { LOCKED_RIVAL } from "./support/updaters.ts";

const EIGHT = { processes: 8, milliseconds: 5_000, rounds: 2 };
const AWAITED = ["registry.update", "registry.updateSync", "updateJson", LOCKED_RIVAL];
const QUEUED = ["registry.update", "updateJson", LOCKED_RIVAL];
const CONTESTS: readonly Contest[] = [
  {
    title: "8 processes, each update of a registry awaited, in memory, durability none",
    folder: MEMORY,
    queued: 1,
    durability: "none",
    ...EIGHT,
    contenders: AWAITED,
  },
  {
    title: "8 processes, 200 updates queued in each, in memory, durability none",
    folder: MEMORY,
    queued: 200,
    durability: "none",
    ...EIGHT,
    contenders: QUEUED,
  },
  {
    title: "8 processes, each update of a registry awaited, on disk, durable at return (full)",
    folder: tmpdir(),
    queued: 1,
    durability: "full",
    ...EIGHT,
    contenders: AWAITED,
  },
  {
    title: "8 processes, 200 updates queued in each, on disk, durable at return (full)",
    folder: tmpdir(),
    queued: 200,
    durability: "full",
    ...EIGHT,
    contenders: QUEUED,
  },
];

const updaters = new URL("support/updaters.ts", import.meta.url);
for (const contest of CONTESTS) await hold(contest, updaters);
