import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { endOf, runTypeScript } from "../../../test/run-typescript.ts";
import { firstOutput } from "../../../test/start-together.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { SnapshotDatabase } from "../src/host/snapshot-database.ts";
import { journalFolderOf } from "../src/journal/journal-folder.ts";
import { Journal } from "../src/journal/journal.ts";
import { LMDBDatabase } from "../src/lmdb/lmdb-database.ts";
import { WriteBuffer } from "../src/write-buffer.ts";
import { flushCommand } from "./support/flush-command.ts";

const program = fileURLToPath(new URL("programs/buffer-until-killed.ts", import.meta.url));

/** Buffers so many events in a process of its own, which is killed then. */
async function bufferAndDie(path: string, count: number): Promise<void> {
  const host = runTypeScript(program, [path, String(count), "build"], { stdio: "pipe" });
  const ended = endOf(host);
  expect(await firstOutput(host)).toBe("buffered\n");
  host.kill("SIGKILL");
  await ended;
}

test("what a killed process had buffered is in the database after the next flush, once", async () => {
  const path = join(temporaryFolder(), "agents.lmdb");
  await bufferAndDie(path, 1000);
  expect(existsSync(path)).toBe(false);

  const database = new SnapshotDatabase({ path, command: flushCommand() });
  const folder = journalFolderOf(path);
  const buffer = new WriteBuffer({ journal: new Journal(folder) });
  expect(await buffer.flush(database)).toEqual({ entriesWritten: 501, errors: [] });
  expect(await buffer.flush(database)).toEqual({ entriesWritten: 0, errors: [] });
  expect(readdirSync(folder)).toEqual([]);
  expect(await database.getAgent("build")).toMatchObject({ experience_points: 500 });

  const opened = new LMDBDatabase(path);
  const activities = await opened.getActivities("build", 2000);
  expect(activities.map(({ task }) => task)).toEqual(
    Array.from({ length: 500 }, (_, index) => `task ${index * 2 + 1}`),
  );
  await opened.close();
});

test("of a killed process's journal all that can be read is applied, and what is damaged is kept and told", async () => {
  const path = join(temporaryFolder(), "agents.lmdb");
  const folder = journalFolderOf(path);
  await bufferAndDie(path, 10);
  const [name = ""] = readdirSync(folder);
  const damaged = readFileSync(join(folder, name), "utf8").replace("task 3", "task 8");
  writeFileSync(join(folder, name), damaged);
  const database = new LMDBDatabase(path);
  const { failures } = await database.applyJournals(folder);
  expect(failures.map(({ code }) => code)).toEqual([
    "TRACKER_JOURNAL_DAMAGED",
    "TRACKER_JOURNAL_DAMAGED",
  ]);
  expect(failures[0]?.message).toContain("1 event is missing");
  const tasks = (await database.getActivities("build")).map(({ task }) => task);
  expect(tasks).toEqual(["task 1", "task 5", "task 7", "task 9"]);
  expect(await database.getAgent("build")).toMatchObject({ experience_points: 5 });
  const [aside = ""] = readdirSync(folder);
  expect(aside).toMatch(/\.broken-\d+$/);
  expect(readFileSync(join(folder, aside), "utf8")).toBe(damaged);
  expect((await database.applyJournals(folder)).failures).toEqual([]);
  await database.close();
});
