import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { endOf, nodeRuntime } from "../../../test/run-typescript.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import type { FlushChildOptions } from "../src/host/flush-child-options.ts";
import { SnapshotDatabase } from "../src/host/snapshot-database.ts";
import { journalFolderOf } from "../src/journal/journal-folder.ts";
import { Journal } from "../src/journal/journal.ts";
import { LMDBDatabase } from "../src/lmdb/lmdb-database.ts";
import { TrackingService } from "../src/tracking-service.ts";
import { WriteBuffer } from "../src/write-buffer.ts";
import { flushCommand } from "./support/flush-command.ts";
import { activity, agent, commit, graded, retrospective } from "./support/sample-records.ts";

function hostOn(path: string, options: FlushChildOptions = {}) {
  const database = new SnapshotDatabase({ path, command: flushCommand(), ...options });
  const journal = new Journal(journalFolderOf(path));
  const buffer = new WriteBuffer({ journal });
  const service = new TrackingService(database, buffer, null);
  return { database, buffer, service };
}

test("a host sees what it buffered at once, and what others did with the next flush", async () => {
  const path = join(temporaryFolder(), "folder/agents.lmdb");
  const { database, buffer, service } = hostOn(path);
  await service.trackToolUsage({ agentId: "build" }, {});
  expect(await service.getAgentStatus("build")).toMatchObject({ experience_points: 1 });
  expect(await service.flushWriteBuffer()).toEqual({ entriesWritten: 1, errors: [] });
  expect(await service.getAgentStatus("build")).toMatchObject({ experience_points: 1 });

  const opened = new LMDBDatabase(path);
  const other = new WriteBuffer();
  other.bufferScore("build", { type: "bug" });
  await other.flush(opened);
  await opened.close();
  expect(await service.getAgentStatus("build")).toMatchObject({ halted: true, total_bugs: 1 });
  await buffer.close();
  await database.close();
  expect(await database.getAgent("build")).toBeNull();
});

test("a database or a journal of a host is refused at once when nobody said where it is", () => {
  for (const options of ["agents.lmdb", 3, null, ["agents.lmdb"]]) {
    expect(() => Reflect.construct(SnapshotDatabase, [options])).toThrow(TypeError);
  }
  for (const folder of [undefined, null, 3, ""]) {
    expect(() => Reflect.construct(Journal, [folder])).toThrow(TypeError);
  }
});

test("a host reads nothing but agents, and puts nothing", async () => {
  const path = join(temporaryFolder(), "agents.lmdb");
  const { database } = hostOn(path);
  expect(await database.putAgent("build", agent("build"))).toBe(false);
  expect(await database.putCommit("/shop", "1", commit("1"))).toBe(false);
  expect(await database.putCommunicationEvent(graded("build"))).toBe(false);
  expect(await database.putRetrospective("build", "1", retrospective("1"))).toBe(false);
  expect(await database.putActivity("build", activity("x"))).toBe(false);
  expect(await database.getCommit("/shop", "1")).toBeNull();
  expect(await database.getActivities("build")).toEqual([]);
  const buffer = new WriteBuffer();
  buffer.bufferActivity("build", activity("x"));
  expect((await buffer.flush(database)).errors[0]).toContain("TRACKER_UNAVAILABLE");
  expect(fs.existsSync(path)).toBe(false);
});

test("a copy of the agents that is damaged, or gone, is made again by the next flush", async () => {
  const path = join(temporaryFolder(), "agents.lmdb");
  const { database, buffer } = hostOn(path);
  for (const damage of [
    (copy: string) => fs.writeFileSync(copy, "{"),
    (copy: string) => fs.rmSync(copy),
  ]) {
    buffer.bufferScore("build", { type: "tool" });
    await buffer.flush(database);
    expect(await database.getAgent("build")).not.toBeNull();
    damage(`${path}.agents.json`);
    expect(await database.getAgent("build")).toBeNull();
  }
  buffer.bufferScore("build", { type: "tool" });
  await buffer.flush(database);
  expect(await database.getAgent("build")).toMatchObject({ experience_points: 3 });
  expect(fs.statSync(`${path}.agents.json`).mode & 0o777).toBe(0o600);
});

test.each([
  ["that is not there", ["/nowhere/at-all"], "could not be started"],
  ["that fails", [process.execPath, "-e", "console.error('no'); process.exit(3)"], "3: no"],
  ["that says something else", [process.execPath, "-e", "console.log('hello')"], "hello"],
  [
    "that ends by a signal",
    [process.execPath, "-e", "process.kill(process.pid, 'SIGSEGV')"],
    "SIGSEGV",
  ],
])("a program %s is told, and everything waits for the next flush", async (_, command, reason) => {
  const path = join(temporaryFolder(), "agents.lmdb");
  const { buffer, database } = hostOn(path, { command });
  buffer.bufferScore("build", { type: "tool" });
  const { errors } = await buffer.flush(database);
  expect(errors[0]).toContain("TRACKER_FLUSH_FAILED");
  expect(errors[0]).toContain(reason);
  expect(buffer.size).toBe(1);
});

test("a program that does not end is killed", async () => {
  const path = join(temporaryFolder(), "agents.lmdb");
  const command = [process.execPath, "-e", "setInterval(() => undefined, 1000)"];
  const { buffer, database } = hostOn(path, { command, timeoutMilliseconds: 200 });
  buffer.bufferScore("build", { type: "tool" });
  expect((await buffer.flush(database)).errors[0]).toContain("killed after 200 ms");
});

test("a database that is damaged is told by its code, and nothing that was buffered is lost", async () => {
  const path = join(temporaryFolder(), "agents.lmdb");
  const { buffer, database } = hostOn(path);
  buffer.bufferScore("build", { type: "tool" });
  await buffer.flush(database);
  const whole = fs.readFileSync(path);
  fs.writeFileSync(path, whole.subarray(0, 5000));
  buffer.bufferScore("build", { type: "tool" });
  expect((await buffer.flush(database)).errors[0]).toContain("LMDB_STORE_DAMAGED");
  fs.writeFileSync(path, whole);
  expect((await buffer.flush(database)).errors).toEqual([]);
  expect(await database.getAgent("build")).toMatchObject({ experience_points: 2 });
});

test("records that a host reads add up with what others have added", async () => {
  const path = join(temporaryFolder(), "agents.lmdb");
  const { database, buffer } = hostOn(path);
  buffer.bufferScore("build", { type: "tool" });
  await buffer.flush(database);
  const read = await database.getAgent("build");
  const opened = new LMDBDatabase(path);
  const other = new WriteBuffer();
  other.bufferScore("build", { type: "commit" });
  await other.flush(opened);
  if (read === null) throw new Error("it is gone");
  buffer.bufferAgent("build", { ...read, experience_points: read.experience_points + 10 });
  await buffer.flush(database);
  expect(await opened.getAgent("build")).toMatchObject({ experience_points: 16, total_commits: 1 });
  await opened.close();
  await buffer.close();
});

test("a host counts once what others have applied, also when its journal is gone since", async () => {
  const path = join(temporaryFolder(), "agents.lmdb");
  const { buffer, service } = hostOn(path);
  await service.reportBug("build");
  await buffer.close();
  const opened = new LMDBDatabase(path);
  await opened.applyJournals(journalFolderOf(path));
  await opened.close();
  expect(fs.readdirSync(journalFolderOf(path))).toEqual([]);
  expect(await service.getAgentStatus("build")).toMatchObject({ total_bugs: 1, skill_points: 0 });
});

test("a host knows what was applied, also when the copy of it cannot be written", async () => {
  const path = join(temporaryFolder(), "agents.lmdb");
  fs.mkdirSync(`${path}.agents.json`);
  const { buffer, service } = hostOn(path);
  await service.reportBug("build");
  expect((await service.flushWriteBuffer()).errors[0]).toContain("TRACKER_SNAPSHOT_UNWRITABLE");
  expect(buffer.isEmpty).toBe(true);
  expect(await service.getAgentStatus("build")).toMatchObject({ halted: true, total_bugs: 1 });
  fs.rmdirSync(`${path}.agents.json`);
  await service.trackToolUsage({ agentId: "build" });
  expect((await service.flushWriteBuffer()).errors).toEqual([]);
  const status = { halted: true, total_bugs: 1, experience_points: 1 };
  expect(await service.getAgentStatus("build")).toMatchObject(status);
  await buffer.close();
});

test("a host without file descriptors says so, and goes on", async () => {
  const path = join(temporaryFolder(), "agents.lmdb");
  const program = fileURLToPath(new URL("programs/flush-without-descriptors.ts", import.meta.url));
  const script = `ulimit -n 64 && exec "$0" "$@"`;
  const node = [nodeRuntime.command, ...nodeRuntime.flags, program, path];
  const child = spawn("/bin/sh", ["-c", script, ...node], { stdio: "pipe", timeout: 60_000 });
  const { code, stdout } = await endOf(child);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: expect.stringContaining("could not be started"),
  });
});

test("a host sees what a restored backup says", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "agents.lmdb");
  const { database, buffer } = hostOn(path);
  buffer.bufferScore("build", { type: "bug" });
  await buffer.flush(database);
  const opened = new LMDBDatabase(path);
  await opened.backupTo(join(folder, "backup.lmdb"));
  const other = new WriteBuffer();
  for (let round = 0; round < 3; round += 1) {
    other.bufferScore("build", { type: "reinstate" });
    await other.flush(opened);
  }
  await opened.close();
  expect(await database.getAgent("build")).toMatchObject({ skill_points: 1 });
  fs.renameSync(join(folder, "backup.lmdb"), path);
  await new WriteBuffer({ journal: new Journal(journalFolderOf(path)) }).flush(database);
  expect(await database.getAgent("build")).toMatchObject({ total_bugs: 1, skill_points: 0 });
  await buffer.close();
});

test.each([
  ["a named pipe", (copy: string) => execFileSync("mkfifo", [copy])],
  ["a folder", (copy: string) => fs.mkdirSync(copy)],
  ["a link to itself", (copy: string) => fs.symlinkSync(copy, copy)],
])("a host whose copy of the agents is %s knows nobody, and is not held up", async (_, make) => {
  const path = join(temporaryFolder(), "agents.lmdb");
  make(`${path}.agents.json`);
  const { service } = hostOn(path);
  expect(await service.getAgentStatus("build")).toBeNull();
});

test("a program that says too much, or leaves others behind that hold its output, is ended in time", async () => {
  const path = join(temporaryFolder(), "agents.lmdb");
  for (const [script, reason, timeoutMilliseconds] of [
    ["yes", "too much", 30_000],
    ["sleep 60 & sleep 60", "killed after 300 ms", 300],
    ["sleep 60 & exit 3", "killed after 300 ms", 300],
  ] as const) {
    const command = ["/bin/sh", "-c", script];
    const { buffer, database } = hostOn(path, { command, timeoutMilliseconds });
    buffer.bufferScore("build", { type: "tool" });
    expect((await buffer.flush(database)).errors[0]).toContain(reason);
    await buffer.close();
  }
});

test("a host of a database in memory is a mistake", () => {
  expect(() => new SnapshotDatabase({ path: ":memory:" })).toThrow(TypeError);
});
