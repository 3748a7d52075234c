import fs from "node:fs";
import { dirname, join } from "node:path";

import { expect, test } from "vitest";

import { withFileLock } from "@x/atomic-fs";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import type { FlushChildOptions } from "../src/host/flush-child-options.ts";
import { SnapshotDatabase } from "../src/host/snapshot-database.ts";
import { journalFolderOf } from "../src/journal/journal-folder.ts";
import { Journal } from "../src/journal/journal.ts";
import { LMDBDatabase } from "../src/lmdb/lmdb-database.ts";
import { projectDatabasePath } from "../src/project-database-path.ts";
import { TrackingService } from "../src/tracking-service.ts";
import { WriteBuffer } from "../src/write-buffer.ts";
import { flushCommand } from "./support/flush-command.ts";
import { oldProject } from "./support/old-project.ts";

function hostOn(path: string, options: FlushChildOptions = {}): SnapshotDatabase {
  return new SnapshotDatabase({ path, command: flushCommand(), ...options });
}

const NOTHING = { entriesMigrated: 0, entriesSkipped: 0, errors: [] };

test("a host sees the agents of the original after the migration, adds to them, and again nothing is new", async () => {
  const { folder, records } = await oldProject(300);
  const path = join(temporaryFolder(), "agents.lmdb");
  const database = hostOn(path);
  const noRecord = expect.stringMatching(/^TRACKER_RECORD_INVALID: "settings:theme": it is no/);
  const migrated = { entriesMigrated: 605, entriesSkipped: 0, errors: [noRecord] };
  expect(await database.migrateFromProject(folder)).toEqual(migrated);
  for (const agent of records.agents) expect(await database.getAgent(agent.id)).toEqual(agent);

  const buffer = new WriteBuffer({ journal: new Journal(journalFolderOf(path)) });
  const service = new TrackingService(database, buffer, null);
  await service.trackToolUsage({ agentId: "plan" });
  expect((await service.flushWriteBuffer()).errors).toEqual([]);
  expect(await service.getAgentStatus("plan")).toMatchObject({ experience_points: 101 });
  const again = { entriesMigrated: 0, entriesSkipped: 605, errors: [noRecord] };
  expect(await database.migrateFromProject(folder)).toEqual(again);
  expect(await service.getAgentStatus("plan")).toMatchObject({ experience_points: 101 });
  await buffer.close();
});

test("where the original has left nothing, no process is started, and nothing is made", async () => {
  const folder = temporaryFolder();
  const database = hostOn(join(folder, "home/agents.lmdb"), { command: ["/nowhere/at-all"] });
  expect(await database.migrateFromProject(folder)).toEqual(NOTHING);
  expect(await database.migrateFromProject(join(folder, "gone"))).toEqual(NOTHING);
  fs.writeFileSync(join(folder, "~"), "");
  expect(await database.migrateFromProject(folder)).toEqual(NOTHING);
  expect(fs.readdirSync(folder)).toEqual(["~"]);
  const other = temporaryFolder();
  fs.mkdirSync(dirname(projectDatabasePath(other)), { recursive: true });
  fs.writeFileSync(projectDatabasePath(other), "");
  expect(await database.migrateFromProject(other)).toEqual(NOTHING);
});

test("a folder that is none, and a program that fails or cannot migrate, are errors, and nothing throws", async () => {
  const path = join(temporaryFolder(), "agents.lmdb");
  const errors = async (folder: string, options: FlushChildOptions = {}): Promise<string[]> =>
    (await hostOn(path, options).migrateFromProject(folder)).errors;
  expect(await errors("a\0b")).toEqual([expect.stringMatching(/^ERR_INVALID_ARG_VALUE: /)]);
  const { folder } = await oldProject(1);
  const source = projectDatabasePath(folder);
  const answer = JSON.stringify({ entriesWritten: 0, applied: {}, failures: [] });
  for (const [command, reason] of [
    [["/nowhere/at-all"], /^TRACKER_FLUSH_FAILED: .* could not be started/],
    [[process.execPath, "-e", "process.exit(3)"], /^TRACKER_FLUSH_FAILED: .* ended with 3/],
    [[process.execPath, "-p", `'${answer}'`], /^TRACKER_FLUSH_FAILED: .* cannot migrate$/],
  ] as const) {
    expect(await errors(folder, { command })).toEqual([expect.stringMatching(reason)]);
  }
  expect(await errors(folder, { maxSize: 1 })).toEqual([
    expect.stringMatching(/^LMDB_STORE_SIZE_INVALID: /),
  ]);
  fs.rmSync(source);
  fs.symlinkSync(source, source);
  expect(await errors(folder)).toEqual([expect.stringMatching(/^ELOOP: /)]);
});

test("a source that is damaged is told by its code", async () => {
  const { folder } = await oldProject(20);
  const source = projectDatabasePath(folder);
  fs.truncateSync(source, 9000);
  const path = join(temporaryFolder(), "agents.lmdb");
  const damaged = [expect.stringMatching(/^LMDB_STORE_DAMAGED: /)];
  expect(await hostOn(path).migrateFromProject(folder)).toEqual({ ...NOTHING, errors: damaged });
});

test("a target that is damaged, or full, is told by its code; what was added before is there, in the copy too", async () => {
  const { folder } = await oldProject(1000);
  const path = join(temporaryFolder(), "agents.lmdb");
  fs.writeFileSync(path, "no database".repeat(1000));
  const foreign = await hostOn(path).migrateFromProject(folder);
  expect(foreign).toEqual({ ...NOTHING, errors: [expect.stringMatching(/^LMDB_STORE_/)] });
  fs.rmSync(path);

  const small = hostOn(path, { maxSize: 3 * 2 ** 20 });
  const { entriesMigrated, errors } = await small.migrateFromProject(folder);
  expect(entriesMigrated).toBeGreaterThan(0);
  expect(entriesMigrated).toBeLessThan(2005);
  expect(errors).toEqual([expect.stringMatching(/^LMDB_STORE_FULL: /)]);
  expect(await small.getAgent("plan")).toMatchObject({ experience_points: 100 });
  expect((await hostOn(path).migrateFromProject(folder)).errors).toHaveLength(1);
});

test("a migration that is killed, or comes too late because others have the lock, is told, and goes on the next time", async () => {
  const { folder } = await oldProject(600);
  const path = join(temporaryFolder(), "agents.lmdb");
  const killed = hostOn(path, { command: flushCommand("flush-child-killed") });
  expect((await killed.migrateFromProject(folder)).errors).toEqual([
    expect.stringMatching(/^TRACKER_FLUSH_FAILED: .* ended with SIGKILL/),
  ]);
  await withFileLock(path, async () => {
    const late = await hostOn(path, { timeoutMilliseconds: 1000 }).migrateFromProject(folder);
    expect(late.errors).toEqual([expect.stringMatching(/^TRACKER_FLUSH_FAILED: .* killed after/)]);
  });
  const database = hostOn(path);
  const { entriesMigrated, entriesSkipped } = await database.migrateFromProject(folder);
  expect(entriesSkipped).toBeGreaterThan(0);
  expect(entriesMigrated + entriesSkipped).toBe(1205);
  expect(await database.getAgent("plan")).toMatchObject({ experience_points: 100 });
  const opened = new LMDBDatabase(path);
  expect(await opened.listCommits()).toHaveLength(600);
  await opened.close();
});

test("of a thousand entries that are no records the first ones are told, and how many more there are", async () => {
  const { folder } = await oldProject(1, 1000);
  const path = join(temporaryFolder(), "agents.lmdb");
  const { entriesMigrated, errors } = await hostOn(path).migrateFromProject(folder);
  expect(entriesMigrated).toBe(7);
  expect(errors).toHaveLength(101);
  expect(errors[0]).toMatch(/^TRACKER_RECORD_INVALID: "other:/);
  expect(errors.at(-1)).toBe("TRACKER_RECORD_INVALID: 901 more entries were left out");
});
