import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

import { expect } from "vitest";

import type { Scenario } from "./scenario.ts";

/** What is on record in the end, whatever has gone wrong. */
export interface Outcome {
  /** Of all agents together. */
  readonly points: number;
  /** The names of those that were filed. */
  readonly plans: readonly string[];
  readonly untracked: readonly string[];
}

export async function outcomeOf({ cabinet }: Scenario): Promise<Outcome> {
  const { agents } = (await cabinet("tracker", "agents")).data;
  const { plans, untracked } = (await cabinet("plans")).data;
  return {
    points: agents.reduce(
      (sum: number, agent: { experience_points: number }) => sum + agent.experience_points,
      0,
    ),
    plans: plans.map(({ plan }: { plan: string }) => plan),
    untracked,
  };
}

/** All that is recorded is in `.ai/`, beside what the agent itself has written. */
export function expectNothingElse({ repository }: Scenario, ...written: readonly string[]): void {
  const args = ["status", "--porcelain", "--ignored", "--untracked-files=all"];
  const changed = execFileSync("git", args, { cwd: repository, encoding: "utf8" })
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.slice(3));
  expect(changed.filter((path) => !path.startsWith(".ai/"))).toEqual(written);
  const ofOthers = [".agent", ".journal"].filter((name) => existsSync(join(repository, name)));
  expect(ofOthers).toEqual([]);
}
