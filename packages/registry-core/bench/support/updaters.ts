import { dirname } from "node:path";

import * as z from "zod/mini";

import { defineRegistry } from "@x/registry-core";

import {
  LOCKED_RIVAL,
  UPDATERS as FILE_UPDATERS,
  type Updater,
} from "../../../atomic-fs/bench/support/updaters.ts";

const counter = defineRegistry({
  file: "counter.json",
  schema: z.looseObject({ count: z.number() }),
  empty: { count: 0 },
});

type Counter = ReturnType<typeof counter.read>;

const increment = (value: Counter): { value: Counter; result: number } => ({
  value: { ...value, count: value.count + 1 },
  result: value.count,
});

const timeoutMilliseconds = 120_000;

/** Ours first, then what they are built on, and the rival. */
export const UPDATERS: Readonly<Record<string, Updater>> = {
  "registry.update": async (file, durability) => {
    await counter.update(dirname(file), increment, { durability, timeoutMilliseconds });
  },
  "registry.updateSync": async (file, durability) => {
    counter.updateSync(dirname(file), increment, { durability, timeoutMilliseconds });
  },
  ...FILE_UPDATERS,
};

export { LOCKED_RIVAL };
