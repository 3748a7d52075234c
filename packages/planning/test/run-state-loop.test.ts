import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { endOf, runTypeScript } from "../../../test/run-typescript.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { isLongTier } from "../../../test/tier.ts";

const MINUTES = 60_000;
const RUNS = isLongTier ? 10 : 1;
// Of calls that change the disk. To open the run takes some of them, and each task some more.
const MOST_CALLS = 240;
const MOST_WORKERS = 200;
const PLANS = ["01", "02-1", "10"];
const TASKS = PLANS.flatMap((plan) => [`${plan}/1`, `${plan}/2`]);

const program = fileURLToPath(new URL("programs/run-state-worker.ts", import.meta.url));

/** What workers say, one after the other, each but the last killed somewhere, until nothing is left to do. */
async function saidInTurn(folder: string, summaries: "with" | "without"): Promise<string[]> {
  const said: string[] = [];
  for (let worker = 0; worker < MOST_WORKERS && said.at(-1) !== "over"; worker += 1) {
    const killAt = 20 + Math.floor(Math.random() * MOST_CALLS);
    const args = [folder, String(killAt), summaries];
    const { stdout, stderr } = await endOf(runTypeScript(program, args));
    expect({ killAt, stderr }).toEqual({ killAt, stderr: "" });
    said.push(...stdout.trim().split("\n").filter(Boolean));
  }
  return said;
}

test.each(["with", "without"] as const)(
  "workers that are killed anywhere do every task in its turn, and none that was recorded again: %s summaries",
  async (summaries) => {
    for (let round = 0; round < RUNS; round += 1) {
      const folder = join(temporaryFolder(), "run");
      mkdirSync(join(folder, "plans"), { recursive: true });
      for (const plan of PLANS) writeFileSync(join(folder, `plans/${plan}-PLAN.md`), "");
      const said = await saidInTurn(folder, summaries);
      const recorded = new Set<string>();
      let reached = -1;
      for (const [word = "", task = ""] of said.map((line) => line.split(" "))) {
        if (word === "recorded") recorded.add(task);
        if (word !== "did") continue;
        expect(recorded).not.toContain(task);
        const at = TASKS.indexOf(task);
        // The one that was under way when its worker was killed, or the next one.
        expect([reached, reached + 1]).toContain(at);
        reached = at;
      }
      expect(reached).toBe(TASKS.length - 1);
    }
  },
  20 * MINUTES,
);
