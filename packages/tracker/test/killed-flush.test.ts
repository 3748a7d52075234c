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

const EVENTS_A_ROUND = 50;
// The longest that it may take on a machine that is busy with other things.
const PATIENCE_MILLISECONDS = 60_000;

/** Runs a flush, and kills it after so many milliseconds; gives how long it ran, and whether it was killed. */
async function flushUntil(command: readonly string[], path: string, milliseconds: number) {
  const [program = "", ...args] = command;
  const assignment = {
    path,
    folder: journalFolderOf(path),
    timeoutMilliseconds: PATIENCE_MILLISECONDS,
  };
  const started = performance.now();
  const child = spawn(program, [...args, JSON.stringify(assignment)], { stdio: "ignore" });
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

/** Flushes, so many of which are killed, at random while events come in; gives what is in the database in the end. */
async function killFlushes(command: readonly string[], mostKills: number) {
  const path = join(temporaryFolder(), "agents.lmdb");
  const folder = journalFolderOf(path);
  const buffer = new WriteBuffer({ journal: new Journal(folder) });
  buffer.bufferSeen("build");
  // The first one may have to build the program.
  await flushUntil(command, path, PATIENCE_MILLISECONDS);
  let longest = (await flushUntil(command, path, PATIENCE_MILLISECONDS)).milliseconds;
  let kills = 0;
  let count = 0;
  while (kills < mostKills) {
    for (let index = 0; index < EVENTS_A_ROUND; index += 1) {
      buffer.bufferScore("build", { type: "command" });
      buffer.bufferActivity("build", activity(`task ${count}`));
      count += 1;
    }
    // Most of its time it starts; the rest is what matters here.
    const { milliseconds, isKilled } = await flushUntil(
      command,
      path,
      longest * (0.4 + 0.65 * Math.random()),
    );
    if (isKilled) kills += 1;
    else longest = (longest + milliseconds) / 2;
  }
  await buffer.close();

  const database = new LMDBDatabase(path);
  const { failures } = await database.applyJournals(folder);
  const agent = await database.getAgent("build");
  const points = (agent?.experience_points ?? 0) + ((agent?.skill_points ?? 0) - 1) * 10_000;
  const tasks = (await database.getActivities("build", Infinity)).map(({ task }) => task);
  await database.close();
  return { count, failures, points, tasks, left: readdirSync(folder) };
}

test(
  "however many flushes are killed, each event counts once",
  { timeout: 600_000 },
  async ({ annotate }) => {
    const kills = isLongTier ? 200 : 6;
    const { count, ...outcome } = await killFlushes(flushCommand(), kills);
    await annotate(`${kills} of ${count / EVENTS_A_ROUND} killed`);
    expect(outcome).toEqual({
      failures: [],
      points: 2 * count,
      tasks: Array.from({ length: count }, (_, index) => `task ${index}`),
      left: [],
    });
  },
);

test(
  "a program that notes what it applied a moment later is found out",
  { timeout: 600_000 },
  async () => {
    for (let found = false; !found;) {
      const { count, points, tasks } = await killFlushes(flushCommand("flush-in-two-steps"), 3);
      expect(tasks.length).toBeGreaterThanOrEqual(count);
      found = points !== 2 * count;
    }
  },
);
