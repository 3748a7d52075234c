import fs from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { smallDisk } from "../../../test/small-disk.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { SnapshotDatabase } from "../src/host/snapshot-database.ts";
import { journalFolderOf } from "../src/journal/journal-folder.ts";
import { Journal } from "../src/journal/journal.ts";
import { LMDBDatabase } from "../src/lmdb/lmdb-database.ts";
import { TrackingService } from "../src/tracking-service.ts";
import { WriteBuffer } from "../src/write-buffer.ts";
import { flushCommand } from "./support/flush-command.ts";
import { activity } from "./support/sample-records.ts";

const MEBIBYTE = 2 ** 20;
const DAY = 86_400_000;

function entry(index: number) {
  const timestamp = new Date(index * 1000 + DAY).toISOString();
  return activity(`task ${index}`, { timestamp, outcome: "x".repeat(2000) });
}

async function tasksOf(database: LMDBDatabase): Promise<string[]> {
  return (await database.getActivities("build", Infinity)).map(({ task }) => task);
}

test("a database that is full keeps what it has, refuses new entries, and goes on when it was pruned", async () => {
  const path = join(temporaryFolder(), "agents.lmdb");
  const database = new LMDBDatabase({ path, maxSize: MEBIBYTE });
  const journal = new Journal(journalFolderOf(path));
  const buffer = new WriteBuffer({ journal });
  const service = new TrackingService(database, buffer);
  let logged = 0;
  const reasons: string[] = [];
  for (let errors: string[] = []; errors.length === 0 && logged < 2000;) {
    for (let count = 0; count < 50; count += 1) {
      await service.logActivity("build", entry(logged));
      logged += 1;
    }
    ({ errors } = await service.flushWriteBuffer());
    reasons.push(...errors);
  }
  expect(reasons).toEqual([expect.stringContaining("LMDB_STORE_FULL")]);
  expect(database.isFull).toBe(true);
  expect(fs.statSync(path).size).toBeLessThanOrEqual(MEBIBYTE);
  const refused = service.logActivity("build", entry(logged));
  await expect(refused).rejects.toMatchObject({ code: "TRACKER_FULL" });

  // As much as there was room for is there, in order; the rest waits.
  const there = await tasksOf(database);
  expect(there).toEqual(Array.from({ length: there.length }, (_, index) => `task ${index}`));
  expect(there.length).toBeGreaterThan(100);
  expect(there.length + buffer.size).toBe(logged);

  const half = new Date(DAY + (there.length / 2) * 1000);
  const { activities } = await database.prune({ before: half });
  expect(activities).toBe(Math.ceil(there.length / 2));
  expect((await service.flushWriteBuffer()).errors).toEqual([]);
  expect(buffer.isEmpty).toBe(true);
  expect(await tasksOf(database)).toHaveLength(logged - activities);
  await service.logActivity("build", entry(logged));
  expect((await service.flushWriteBuffer()).errors).toEqual([]);
  await database.close();
});

test("a flush without a journal is all or nothing when the database is full", async () => {
  const path = join(temporaryFolder(), "agents.lmdb");
  const database = new LMDBDatabase({ path, maxSize: MEBIBYTE });
  const buffer = new WriteBuffer();
  buffer.bufferScore("build", { type: "tool" });
  for (let index = 0; index < 1000; index += 1) buffer.bufferActivity("build", entry(index));
  const { entriesWritten, errors } = await buffer.flush(database);
  expect(entriesWritten).toBe(0);
  expect(errors[0]).toContain("LMDB_STORE_FULL");
  expect(buffer.size).toBe(1001);
  expect(await database.getAgent("build")).toBeNull();
  expect(await tasksOf(database)).toEqual([]);
  expect(await database.putActivity("build", entry(0))).toBe(true);
  await database.close();
});

test("a put that does not fit is a typed error", async () => {
  const path = join(temporaryFolder(), "agents.lmdb");
  const database = new LMDBDatabase({ path, maxSize: MEBIBYTE });
  const fill = async (): Promise<void> => {
    for (let index = 0; index < 1000; index += 1) await database.putActivity("build", entry(index));
  };
  await expect(fill()).rejects.toMatchObject({ code: "LMDB_STORE_FULL" });
  await database.close();
});

test("a host is told that the database is full, also one that comes later", async () => {
  const path = join(temporaryFolder(), "agents.lmdb");
  const options = { path, maxSize: MEBIBYTE, command: flushCommand() };
  const host = new SnapshotDatabase(options);
  const buffer = new WriteBuffer({ journal: new Journal(journalFolderOf(path)) });
  for (let index = 0; index < 1000; index += 1) buffer.bufferActivity("build", entry(index));
  expect((await buffer.flush(host)).errors[0]).toContain("LMDB_STORE_FULL");
  expect(host.isFull).toBe(true);
  expect(new SnapshotDatabase(options).isFull).toBe(true);
});

test("on a full disk a flush says so and loses nothing, and what comes after it counts once", async ({
  skip,
}) => {
  const disk = smallDisk("size=4m");
  if (disk === undefined) return skip("this user may not mount a file system");
  const path = join(disk, "agents.lmdb");
  const host = new SnapshotDatabase({ path, command: flushCommand() });
  const onWarning = (): void => undefined;
  const journal = new Journal(journalFolderOf(path), { onWarning });
  const buffer = new WriteBuffer({ journal });
  let events = 0;
  const score = (count: number): void => {
    for (let index = 0; index < count; index += 1) {
      buffer.bufferScore("build", { type: "tool" });
      buffer.bufferActivity("build", entry(events));
      events += 1;
    }
  };
  score(10);
  expect((await buffer.flush(host)).errors).toEqual([]);
  const ballast = join(disk, "ballast");
  for (const left of [0, 4, 16, 40]) {
    const { bavail, bsize } = fs.statfsSync(disk);
    fs.writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail - left) * bsize));
    score(100);
    await buffer.flush(host);
    fs.rmSync(ballast);
  }
  expect((await buffer.flush(host)).errors).toEqual([]);
  expect(buffer.isEmpty).toBe(true);
  const database = new LMDBDatabase(path);
  expect(await database.getAgent("build")).toMatchObject({ experience_points: events });
  expect(await tasksOf(database)).toEqual(
    Array.from({ length: events }, (_, index) => `task ${index}`),
  );
  await database.close();
  await buffer.close();
});
