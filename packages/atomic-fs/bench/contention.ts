// Several processes update one JSON file: updateJson and the libraries that people use for it.
import { tmpdir } from "node:os";

import { type Contest, hold, MEMORY } from "./support/contest.ts";
import { LOCKED_RIVAL, OURS, UPDATERS } from "./support/updaters.ts";

const ALL = Object.keys(UPDATERS);
const EIGHT = { processes: 8, milliseconds: 5_000, rounds: 2 };
const CONTESTS: readonly Contest[] = [
  {
    title: "8 processes, each update awaited, in memory, durability none",
    folder: MEMORY,
    queued: 1,
    durability: "none",
    ...EIGHT,
    contenders: ALL,
  },
  {
    title: "8 processes, 200 updates queued in each, in memory, durability none",
    folder: MEMORY,
    queued: 200,
    durability: "none",
    ...EIGHT,
    contenders: [OURS, LOCKED_RIVAL],
  },
  {
    title: "8 processes, each update awaited, on disk, durable at return (full)",
    folder: tmpdir(),
    queued: 1,
    durability: "full",
    ...EIGHT,
    contenders: [OURS, LOCKED_RIVAL],
  },
  {
    title: "8 processes, 200 updates queued in each, on disk, durable at return (full)",
    folder: tmpdir(),
    queued: 200,
    durability: "full",
    ...EIGHT,
    contenders: [OURS, LOCKED_RIVAL],
  },
  {
    title: "16 processes, each update awaited, in memory, 5 s",
    folder: MEMORY,
    processes: 16,
    queued: 1,
    durability: "none",
    milliseconds: 5_000,
    rounds: 2,
    contenders: [OURS, LOCKED_RIVAL],
  },
];

const updaters = new URL("support/updaters.ts", import.meta.url);
for (const contest of CONTESTS) await hold(contest, updaters);
