import { expect, test } from "vitest";

import { losesARace } from "../../../test/loses-a-race.ts";
import { nodeRuntime } from "../../../test/run-typescript.ts";
import { isLongTier } from "../../../test/tier.ts";
import { expectNothingLost, killUpdaters } from "./kill-updaters.ts";

const torture = {
  runtimes: [nodeRuntime],
  processes: isLongTier ? 16 : 8,
  updates: isLongTier ? 1_000 : 100,
};

test("of processes that are killed at any moment, no acknowledged update is lost, and none is made twice", async () => {
  // The known-bad double shows that a lost update is found.
  const isLost = await losesARace(async () => {
    const bare = await killUpdaters({ ...torture, updates: 20, discipline: "bare" });
    return bare.lost.length > 0;
  });
  expect(isLost).toBe(true);
  const report = await killUpdaters({ ...torture, discipline: "updateJson" });
  expect(report.killed).toBeGreaterThan(0);
  expectNothingLost(report);
}, 600_000);
