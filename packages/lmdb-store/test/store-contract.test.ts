import { describe, test } from "vitest";

import { testStore } from "@x/registry-core/testing";

import { nodeRuntime } from "../../../test/run-typescript.ts";
import { isLongTier } from "../../../test/tier.ts";

const module = new URL("programs/open-store.ts", import.meta.url);
const usual = { test, execArgv: nodeRuntime.flags, load: isLongTier ? 10 : 0.25 };

describe("an LMDB store", () => {
  const supports = { durable: true, processes: true, sync: true };
  testStore({ ...usual, factory: { module }, supports });
});

describe("a store in memory", () => {
  const supports = { durable: false, processes: false, sync: true };
  testStore({ ...usual, factory: { module, args: ["memory"] }, supports });
});
