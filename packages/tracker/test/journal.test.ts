import fs from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";

import { expect, test } from "vitest";

import type { Warning } from "@x/registry-core";

import { smallDisk } from "../../../test/small-disk.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { Journal } from "../src/journal/journal.ts";
import { MemoryDatabase } from "../src/memory-database.ts";
import { WriteBuffer } from "../src/write-buffer.ts";
import { activity } from "./support/sample-records.ts";

function journaled(folder = join(temporaryFolder(), "agents.lmdb.journals")) {
  const warnings: Warning[] = [];
  const journal = new Journal(folder, { onWarning: (warning) => void warnings.push(warning) });
  const buffer = new WriteBuffer({ journal });
  const log = (from: number, to: number): void => {
    for (let index = from; index <= to; index += 1) {
      buffer.bufferActivity("build", activity(`task ${index}`));
    }
  };
  return { folder, warnings, journal, buffer, log };
}

function filesOf(folder: string): string[] {
  return fs.readdirSync(folder).map((name) => join(folder, name));
}

async function tasksOf(database: MemoryDatabase): Promise<string[]> {
  return (await database.getActivities("build", Infinity)).map(({ task }) => task);
}

function tasks(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => `task ${from + index}`);
}

test("a journal makes nothing on the disk before the first event, and only its user may read it", () => {
  const { folder, log } = journaled();
  expect(fs.existsSync(folder)).toBe(false);
  log(1, 1);
  expect(fs.statSync(folder).mode & 0o777).toBe(0o700);
  expect(filesOf(folder).map((path) => fs.statSync(path).mode & 0o777)).toEqual([0o600]);
});

test("who flushes applies the journals of others, too, and each sees what is its own", async () => {
  const { folder, buffer, log } = journaled();
  const other = journaled(folder);
  const database = new MemoryDatabase();
  log(1, 2);
  other.log(3, 3);
  expect(await other.buffer.flush(database)).toEqual({ entriesWritten: 3, errors: [] });
  expect(await tasksOf(database)).toHaveLength(3);
  log(4, 4);
  expect(await buffer.flush(database)).toEqual({ entriesWritten: 1, errors: [] });
  expect([buffer.size, other.buffer.size]).toEqual([0, 0]);
});

test("what another one has flushed is not counted twice when an agent is read", async () => {
  const { folder, buffer } = journaled();
  const database = new MemoryDatabase();
  buffer.bufferScore("build", { type: "commit" });
  await database.applyJournals(folder);
  buffer.bufferScore("build", { type: "tool" });
  expect(await buffer.readAgent(database, "build")).toMatchObject({ experience_points: 6 });
});

test("a journal of many events goes on in a new file, and applied files go", async () => {
  const { folder, buffer, log } = journaled();
  const database = new MemoryDatabase();
  log(1, 3000);
  expect(filesOf(folder).length).toBeGreaterThan(2);
  await buffer.flush(database);
  expect(await tasksOf(database)).toEqual(tasks(1, 3000));
  expect(filesOf(folder)).toHaveLength(1);
  log(3001, 3002);
  await buffer.close();
  await database.applyJournals(folder);
  expect(await tasksOf(database)).toEqual(tasks(1, 3002));
  expect(filesOf(folder)).toEqual([]);
});

test("a line that was cut by a kill is not there, and all before it are", async () => {
  const { folder, log } = journaled();
  log(1, 3);
  const [path = ""] = filesOf(folder);
  const text = fs.readFileSync(path, "utf8");
  for (const kept of [text.length - 1, text.length - 20]) {
    const database = new MemoryDatabase();
    fs.writeFileSync(path, text.slice(0, kept));
    expect((await database.applyJournals(folder)).failures).toEqual([]);
    expect(await tasksOf(database)).toEqual(tasks(1, 2));
  }
});

test("a journal of a later version, and an event of one, wait for it untouched, and hold up no other", async () => {
  const { folder, log } = journaled();
  const line = (body: object): string => {
    const json = JSON.stringify(body);
    return `${crc32(json).toString(16).padStart(8, "0")} ${json}\n`;
  };
  const header = { stream: "a-1", startedAt: "", process: undefined };
  const event = { n: 1, event: { type: "dream", agent: "build" } };
  fs.mkdirSync(folder);
  fs.writeFileSync(join(folder, "a-1.1.jsonl"), line({ ...header, journal: 2 }));
  fs.writeFileSync(join(folder, "b-1.1.jsonl"), line({ ...header, journal: 1 }) + line(event));
  log(1, 1);
  const database = new MemoryDatabase();
  const { failures } = await database.applyJournals(folder);
  expect(failures.map(({ code }) => code)).toEqual(Array(2).fill("TRACKER_JOURNAL_UNREADABLE"));
  expect(await tasksOf(database)).toEqual(["task 1"]);
  expect(filesOf(folder)).toHaveLength(3);
});

test("files that are no journals stay as they are", async () => {
  const folder = temporaryFolder();
  for (const name of ["notes.txt", ".1.jsonl", "a-1.jsonl", "A-1.1.jsonl"]) {
    fs.writeFileSync(join(folder, name), "mine");
  }
  fs.mkdirSync(join(folder, "a-1.1.jsonl"));
  const { failures } = await new MemoryDatabase().applyJournals(folder);
  expect(failures).toMatchObject([{ code: "TRACKER_JOURNAL_UNREADABLE" }]);
  expect(filesOf(folder)).toHaveLength(5);
});

test("a process whose journal somebody removes loses nothing of it", async () => {
  const { folder, buffer, log } = journaled();
  const database = new MemoryDatabase();
  log(1, 3);
  await buffer.flush(database);
  log(4, 5);
  fs.rmSync(folder, { recursive: true });
  log(6, 6);
  // What was removed was written again with the next event, for whoever comes first.
  await database.applyJournals(folder);
  expect(await tasksOf(database)).toEqual(tasks(1, 6));
  expect(await buffer.flush(database)).toEqual({ entriesWritten: 0, errors: [] });
  expect(await tasksOf(database)).toEqual(tasks(1, 6));
  expect(buffer.isEmpty).toBe(true);
});

test("journals that are copied, or put back from a copy, count nothing twice", async () => {
  const { folder, buffer, log } = journaled();
  const database = new MemoryDatabase();
  log(1, 3);
  fs.cpSync(folder, `${folder}.copy`, { recursive: true });
  await buffer.close();
  await database.applyJournals(folder);
  fs.cpSync(`${folder}.copy`, folder, { recursive: true });
  await database.applyJournals(folder);
  await database.applyJournals(`${folder}.copy`);
  expect(await tasksOf(database)).toEqual(tasks(1, 3));
});

test("what was cleared before it was applied is forgotten, and nothing else", async () => {
  const { folder, buffer, log } = journaled();
  const database = new MemoryDatabase();
  log(1, 2);
  await buffer.flush(database);
  log(3, 4);
  buffer.clear();
  log(5, 5);
  await buffer.flush(database);
  expect(await tasksOf(database)).toEqual(["task 1", "task 2", "task 5"]);
  log(6, 6);
  buffer.clear();
  await buffer.close();
  await database.applyJournals(folder);
  expect(filesOf(folder)).toEqual([]);
  expect(await tasksOf(database)).toHaveLength(3);
});

test("while the disk is full, events wait in memory, one warning is given, and later all are written", async ({
  skip,
}) => {
  const disk = smallDisk("size=256k");
  if (disk === undefined) return skip("this user may not mount a file system");
  const { folder, warnings, journal, buffer, log } = journaled(join(disk, "journals"));
  const database = new MemoryDatabase();
  log(1, 2);
  const ballast = join(disk, "ballast");
  fs.writeFileSync(ballast, "");
  const free = fs.statfsSync(disk);
  fs.writeFileSync(ballast, Buffer.alloc(free.bavail * free.bsize));
  log(3, 100);
  expect(journal.isWritten).toBe(false);
  expect(warnings).toMatchObject([{ code: "TRACKER_JOURNAL_UNWRITABLE" }]);
  const applied = await buffer.flush(database);
  expect(buffer.size).toBe(100 - applied.entriesWritten);
  fs.rmSync(ballast);
  log(101, 101);
  await journal.sync();
  expect(journal.isWritten).toBe(true);
  await buffer.flush(database);
  expect(await tasksOf(database)).toEqual(tasks(1, 101));
  expect(buffer.isEmpty).toBe(true);
  expect(warnings).toHaveLength(1);
  expect(filesOf(folder)).toHaveLength(1);
  await buffer.close();
});

test("a folder that cannot be made is one warning, and events wait in memory", async () => {
  const taken = join(temporaryFolder(), "taken");
  fs.writeFileSync(taken, "");
  const { warnings, buffer, log } = journaled(join(taken, "journals"));
  log(1, 3);
  expect(warnings).toHaveLength(1);
  expect(buffer.size).toBe(3);
});
