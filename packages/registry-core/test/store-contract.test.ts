import { fileURLToPath } from "node:url";

import { describe, expect, test } from "vitest";

import { endOf, nodeRuntime, runTypeScript } from "../../../test/run-typescript.ts";
import { isLongTier } from "../../../test/tier.ts";
import { testStore } from "../src/testing/index.ts";

const module = new URL("programs/open-store.ts", import.meta.url);
const usual = { test, execArgv: nodeRuntime.flags, load: isLongTier ? 10 : 1 };

describe("a memory store", () => {
  const supports = { durable: false, processes: false, sync: true };
  testStore({ ...usual, factory: { module, args: ["memory"] }, supports });
});

describe("a JSON store", () => {
  const supports = { durable: true, processes: true, sync: true };
  testStore({ ...usual, factory: { module, args: ["json"] }, supports });
});

test("the suite runs under node:test, too", async () => {
  const program = new URL("programs/contract-under-node-test.ts", import.meta.url);
  const { code, stdout } = await endOf(runTypeScript(fileURLToPath(program), []));
  expect(stdout).toMatch(/fail 0/);
  expect(stdout).toMatch(/pass \d\d/);
  expect(code).toBe(0);
});
