import fs from "node:fs";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import type { Warning } from "@x/registry-core";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import type { EventDatabase } from "../src/database.ts";
import { SnapshotDatabase } from "../src/host/snapshot-database.ts";
import { journalFolderOf } from "../src/journal/journal-folder.ts";
import { Journal } from "../src/journal/journal.ts";
import { LMDBDatabase } from "../src/lmdb/lmdb-database.ts";
import { WriteBuffer } from "../src/write-buffer.ts";
import { flushCommand } from "./support/flush-command.ts";

/** What others may do to the journal of a process that lives. */
const MISHAPS: Readonly<Record<string, (folder: string, file: string) => void>> = {
  "is emptied": (_, file) => fs.truncateSync(file),
  "is cut in the midst": (_, file) => fs.truncateSync(file, Math.floor(fs.statSync(file).size / 2)),
  "has a damaged line": (_, file) => {
    fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace('"n":2', '"n":7'));
  },
  "is damaged in its first line": (_, file) => {
    fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace("journal", "jurnool"));
  },
  "is removed": (_, file) => fs.rmSync(file),
  "is removed with its folder": (folder) => fs.rmSync(folder, { recursive: true }),
  "is moved away, and a copy is put in its place": (_, file) => {
    fs.renameSync(file, `${file}.away`);
    fs.copyFileSync(`${file}.away`, file);
  },
};

const DATABASES: Readonly<Record<string, (path: string) => EventDatabase>> = {
  "a process with the database open": (path) =>
    new LMDBDatabase({ path, onWarning: () => undefined }),
  "a host": (path) => new SnapshotDatabase({ path, command: flushCommand() }),
};

const cases = Object.keys(DATABASES).flatMap((who) =>
  Object.keys(MISHAPS).map((mishap) => [mishap, who] as const),
);

test.each(cases)("when a journal %s, %s still flushes each event once", async (mishap, who) => {
  const path = join(temporaryFolder(), "agents.lmdb");
  const folder = journalFolderOf(path);
  const buffer = new WriteBuffer({ journal: new Journal(folder) });
  const database = DATABASES[who]?.(path);
  if (database === undefined) throw new Error(who);
  const tools = (count: number): void => {
    for (let index = 0; index < count; index += 1) buffer.bufferScore("build", { type: "tool" });
  };
  tools(5);
  const [name = ""] = fs.readdirSync(folder);
  MISHAPS[mishap]?.(folder, join(folder, name));
  tools(2);
  await buffer.flush(database);
  expect(buffer.isEmpty).toBe(true);
  tools(1);
  await buffer.flush(database);
  expect(buffer.isEmpty).toBe(true);
  expect(await database.getAgent("build")).toMatchObject({ experience_points: 8 });
  await buffer.close();
  // Whoever comes later counts nothing again.
  const later = new LMDBDatabase(path);
  await later.applyJournals(folder);
  expect(await later.getAgent("build")).toMatchObject({ experience_points: 8 });
  await later.close();
  await database.close();
});

test("a buffer that was cleared goes on when its journal is removed", async () => {
  const path = join(temporaryFolder(), "agents.lmdb");
  const folder = journalFolderOf(path);
  const buffer = new WriteBuffer({ journal: new Journal(folder) });
  const host = new SnapshotDatabase({ path, command: flushCommand() });
  buffer.bufferScore("build", { type: "tool" });
  buffer.clear();
  fs.rmSync(folder, { recursive: true });
  buffer.bufferScore("build", { type: "commit" });
  expect((await buffer.flush(host)).errors).toEqual([]);
  expect(await host.getAgent("build")).toMatchObject({ experience_points: 5 });
  await buffer.close();
});

test.each(Object.keys(DATABASES))(
  "where no journal can be written, %s applies from memory, or says what waits",
  async (who) => {
    const path = join(temporaryFolder(), "agents.lmdb");
    const folder = journalFolderOf(path);
    fs.writeFileSync(folder, "not a folder");
    const warnings: Warning[] = [];
    const onWarning = (warning: Warning): void => void warnings.push(warning);
    const buffer = new WriteBuffer({ journal: new Journal(folder, { onWarning }) });
    const database = DATABASES[who]?.(path);
    if (database === undefined) throw new Error(who);
    buffer.bufferScore("build", { type: "tool" });
    const first = await buffer.flush(database);
    expect(first.errors.length > 0 || buffer.isEmpty).toBe(true);
    fs.rmSync(folder);
    await buffer.flush(database);
    expect(buffer.isEmpty).toBe(true);
    expect(await database.getAgent("build")).toMatchObject({ experience_points: 1 });
    expect(warnings).toHaveLength(1);
    await buffer.close();
    await database.close();
  },
);

test("what is buffered after the end is in a journal again, and no descriptor stays open", async () => {
  const path = join(temporaryFolder(), "agents.lmdb");
  const folder = journalFolderOf(path);
  const buffer = new WriteBuffer({ journal: new Journal(folder) });
  const database = new LMDBDatabase(path);
  for (let round = 1; round <= 3; round += 1) {
    buffer.bufferScore("build", { type: "tool" });
    await buffer.close();
    buffer.bufferScore("build", { type: "tool" });
    await database.applyJournals(folder);
    expect(await database.getAgent("build")).toMatchObject({ experience_points: 2 * round });
  }
  await buffer.close();
  await database.applyJournals(folder);
  expect(fs.readdirSync(folder)).toEqual([]);
  expect(openIn(folder)).toEqual([]);
  await database.close();
});

/** The files below that folder that this process has open, where that can be seen. */
function openIn(folder: string): string[] {
  if (!fs.existsSync("/proc/self/fd")) return [];
  return fs.readdirSync("/proc/self/fd").flatMap((descriptor) => {
    try {
      const target = fs.readlinkSync(`/proc/self/fd/${descriptor}`, { encoding: "utf8" });
      return target.startsWith(folder) ? [target] : [];
    } catch {
      // That of the listing itself is closed by now.
      return [];
    }
  });
}

test("a journal under another name is told as the copy it is", async () => {
  const path = join(temporaryFolder(), "agents.lmdb");
  const folder = journalFolderOf(path);
  const buffer = new WriteBuffer({ journal: new Journal(folder) });
  buffer.bufferScore("build", { type: "tool" });
  const [name = ""] = fs.readdirSync(folder);
  fs.copyFileSync(join(folder, name), join(folder, "copy-1.1.jsonl"));
  const database = new LMDBDatabase(path);
  const { failures } = await database.applyJournals(folder);
  expect(failures).toMatchObject([{ code: "TRACKER_JOURNAL_UNREADABLE", stream: "copy-1" }]);
  expect(await database.getAgent("build")).toMatchObject({ experience_points: 1 });
  await database.close();
  await buffer.close();
});

test("a journal belongs to one buffer", () => {
  const journal = new Journal(join(temporaryFolder(), "journals"));
  const buffer = new WriteBuffer({ journal });
  expect(() => new WriteBuffer({ journal })).toThrow(TypeError);
  expect(buffer.isEmpty).toBe(true);
});

test("a listener that throws breaks no hook", () => {
  const taken = join(temporaryFolder(), "taken");
  fs.writeFileSync(taken, "");
  const onWarning = (): never => {
    throw new Error("the listener is broken");
  };
  const buffer = new WriteBuffer({ journal: new Journal(join(taken, "journals"), { onWarning }) });
  buffer.bufferScore("build", { type: "tool" });
  expect(buffer.size).toBe(1);
});

test("the journals of a database are beside the file itself, however its path is written", () => {
  const home = temporaryFolder();
  const { HOME: before = "" } = process.env;
  process.env["HOME"] = home;
  onTestFinished(() => void (process.env["HOME"] = before));
  fs.mkdirSync(join(home, "real"));
  fs.symlinkSync("real/x.lmdb", join(home, "link.lmdb"));
  expect(journalFolderOf("~/a.lmdb")).toBe(join(home, "a.lmdb.journals"));
  expect(journalFolderOf("a.lmdb")).toBe(join(home, "a.lmdb.journals"));
  expect(journalFolderOf()).toBe(join(home, ".config/opencode/agent-tracker.lmdb.journals"));
  expect(journalFolderOf(join(home, "link.lmdb"))).toBe(join(home, "real/x.lmdb.journals"));
  expect(new LMDBDatabase("link.lmdb").journalFolder).toBe(join(home, "real/x.lmdb.journals"));
  expect(() => journalFolderOf(":memory:")).toThrow(TypeError);
});

test("what is cleared while its journal is gone stays cleared", async () => {
  const path = join(temporaryFolder(), "agents.lmdb");
  const folder = journalFolderOf(path);
  const buffer = new WriteBuffer({ journal: new Journal(folder) });
  buffer.bufferScore("build", { type: "tool" });
  fs.rmSync(folder, { recursive: true });
  buffer.clear();
  buffer.bufferScore("build", { type: "commit" });
  const database = new LMDBDatabase(path);
  expect((await database.applyJournals(folder)).failures).toEqual([]);
  expect(await database.getAgent("build")).toMatchObject({ experience_points: 5 });
  await buffer.close();
  await database.close();
});

test("what was cleared is no gap for what comes later, also when its file is gone", async () => {
  const path = join(temporaryFolder(), "agents.lmdb");
  const folder = journalFolderOf(path);
  const buffer = new WriteBuffer({ journal: new Journal(folder) });
  const database = new LMDBDatabase(path);
  buffer.bufferScore("build", { type: "tool" });
  buffer.clear();
  await buffer.close();
  await database.applyJournals(folder);
  buffer.bufferScore("build", { type: "commit" });
  expect((await database.applyJournals(folder)).failures).toEqual([]);
  expect(await database.getAgent("build")).toMatchObject({ experience_points: 5 });
  await buffer.close();
  await database.close();
});
