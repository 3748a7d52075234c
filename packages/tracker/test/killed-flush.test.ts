import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { isLongTier } from "../../../test/tier.ts";
import { journalFolderOf } from "../src/journal/journal-folder.ts";
import { Journal } from "../src/journal/journal.ts";
import { LMDBDatabase } from "../src/lmdb/lmdb-database.ts";
import { WriteBuffer } from "../src/write-buffer.ts";
import { flushCommand } from "./support/flush-command.ts";
import { activity } from "./support/sample-records.ts";

const ROUNDS = isLongTier ? 200 : 12;
const EVENTS_A_ROUND = 50;

/** Runs a flush, and kills it after so many milliseconds; gives how long it ran, and whether it was killed. */
async function flushUntil(path: string, folder: string, milliseconds: number) {
  const [command = "", ...args] = flushCommand();
  const assignment = JSON.stringify({ path, folder, timeoutMilliseconds: 60_000 });
  const started = performance.now();
  const child = spawn(command, [...args, assignment], { stdio: "ignore" });
  const ended = once(child, "exit");
  const aborter = new AbortController();
  const waiting = delay(milliseconds, undefined, { signal: aborter.signal }).then(
    () => child.kill("SIGKILL"),
    // It has ended before.
    () => false,
  );
  const [, signal] = await ended;
  aborter.abort();
  await waiting;
  return { milliseconds: performance.now() - started, isKilled: signal === "SIGKILL" };
}

test(
  "however many flushes are killed, each event counts once",
  { timeout: 600_000 },
  async ({ annotate }) => {
    const path = join(temporaryFolder(), "agents.lmdb");
    const folder = journalFolderOf(path);
    const journal = new Journal(folder);
    const buffer = new WriteBuffer({ journal });
    buffer.bufferSeen("build");
    let longest = (await flushUntil(path, folder, 60_000)).milliseconds;
    let kills = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      for (let index = 0; index < EVENTS_A_ROUND; index += 1) {
        buffer.bufferScore("build", { type: "command" });
        buffer.bufferActivity("build", activity(`task ${round * EVENTS_A_ROUND + index}`));
      }
      // Most of its time it starts; the rest is what matters here.
      const { milliseconds, isKilled } = await flushUntil(
        path,
        folder,
        longest * (0.4 + 0.65 * Math.random()),
      );
      if (isKilled) kills += 1;
      else longest = (longest + milliseconds) / 2;
    }
    await annotate(`${kills} of ${ROUNDS} killed`);
    expect(kills).toBeGreaterThan(ROUNDS / 4);
    buffer.close();

    const database = new LMDBDatabase(path);
    expect((await database.applyJournals(folder)).failures).toEqual([]);
    const count = ROUNDS * EVENTS_A_ROUND;
    const expected = 2 * count;
    const agent = await database.getAgent("build");
    const points = (agent?.experience_points ?? 0) + ((agent?.skill_points ?? 0) - 1) * 10_000;
    expect(points).toBe(expected);
    const tasks = (await database.getActivities("build", Infinity)).map(({ task }) => task);
    expect(tasks).toEqual(Array.from({ length: count }, (_, index) => `task ${index}`));
    expect(readdirSync(folder)).toEqual([]);
    await database.close();
  },
);
