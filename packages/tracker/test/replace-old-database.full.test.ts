import { createHash } from "node:crypto";
import { once } from "node:events";
import fs from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { type Database, open } from "lmdb";
import { expect, onTestFinished, test } from "vitest";

import { withFileLock } from "@x/atomic-fs";

import { endOf, runTypeScript } from "../../../test/run-typescript.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { agentsSnapshotPath, readAgentsSnapshot } from "../src/agents-snapshot.ts";
import { SnapshotDatabase } from "../src/host/snapshot-database.ts";
import { journalFolderOf } from "../src/journal/journal-folder.ts";
import { Journal } from "../src/journal/journal.ts";
import {
  inspectTrackerDatabase,
  LMDBDatabase,
  migrateFromDatabase,
  projectDatabasePath,
  replaceOldDatabase,
  tryOldDatabase,
} from "../src/lmdb/index.ts";
import { MemoryDatabase } from "../src/memory-database.ts";
import type { TrackerRecord } from "../src/records/tracker-record.ts";
import { TrackingService } from "../src/tracking-service.ts";
import { WriteBuffer } from "../src/write-buffer.ts";
import { flushCommand } from "./support/flush-command.ts";
import { lastDatabase, oldProject } from "./support/old-project.ts";
import { lastActivities, lastRetrospectives } from "./support/old-records.ts";

const program = fileURLToPath(new URL("programs/replace-old-database.ts", import.meta.url));

const writer = fileURLToPath(new URL("programs/write-all-the-time.ts", import.meta.url));

/** What is known of a file, without the time when it was read. */
function stateOf(path: string) {
  const { ino, mode, mtimeNs, size } = fs.statSync(path, { bigint: true });
  return { ino, mode, mtimeNs, size, digest: digestOf(path) };
}

function digestOf(path: string): string {
  return createHash("sha256").update(fs.readFileSync(path)).digest("hex");
}

async function recordsOf(database: LMDBDatabase | MemoryDatabase): Promise<TrackerRecord[]> {
  const found: TrackerRecord[] = [];
  for await (const record of database.records()) found.push(record);
  return found;
}

async function recordsAt(path: string): Promise<TrackerRecord[]> {
  const database = new LMDBDatabase(path);
  try {
    return await recordsOf(database);
  } finally {
    await database.close();
  }
}

const NOTHING = { entriesMigrated: 0, entriesSkipped: 0, errors: [], keptAs: null };

type OldCollection = Database<object, string>;

/** A database as the original has it, with agents and commits. */
async function writtenHere(
  write: (agents: OldCollection, commits: OldCollection) => Promise<void>,
): Promise<string> {
  const path = join(temporaryFolder(), "agents.lmdb");
  const root = open({ path, compression: true, maxDbs: 10 });
  const sharedStructuresKey = Symbol.for("structures");
  await write(
    root.openDB<object, string>({ name: "agents", sharedStructuresKey }),
    root.openDB<object, string>({ name: "commits" }),
  );
  await root.close();
  return path;
}

test("all that the last version of the original had on record is in the new database, and the old file is kept as it was", async () => {
  const { path, records } = await lastDatabase(300);
  const before = stateOf(path);
  const keptAs = `${path}.original`;
  const result = await replaceOldDatabase(path);
  expect(result).toEqual({ entriesMigrated: 1205, entriesSkipped: 0, errors: [], keptAs });
  expect(stateOf(keptAs)).toEqual(before);
  expect(fs.statSync(keptAs).nlink).toBe(1);
  const database = new LMDBDatabase(path);
  for (const agent of records.agents) expect(await database.getAgent(agent.id)).toEqual(agent);
  for (const commit of records.commits) {
    expect(await database.getCommit(commit.project_path, commit.commit_hash)).toEqual(commit);
  }
  for (const { id } of records.agents) {
    const isOf = (agent: string): boolean => agent === id;
    const events = records.communication.filter(({ agent_id }) => isOf(agent_id));
    expect(await database.getCommunicationEvents(id, Infinity)).toEqual(events);
    const entries = lastRetrospectives(records).filter(([agent]) => isOf(agent));
    const retrospectives = await database.getRetrospectives(id, Infinity);
    expect(retrospectives).toEqual(entries.map(([, entry]) => entry));
    const activities = lastActivities(records).filter(([agent]) => isOf(agent));
    expect(await database.getActivities(id, Infinity)).toEqual(
      activities.map(([, entry]) => entry),
    );
  }
  await database.close();
  expect(fs.readdirSync(dirname(path)).filter((name) => name.includes(".migration"))).toEqual([]);
  expect(await replaceOldDatabase(path)).toMatchObject({ entriesMigrated: 0, keptAs: null });
});

test("grades of one millisecond, and what stands in a collection that nobody knows, are told apart", async () => {
  const path = join(temporaryFolder(), "agents.lmdb");
  const root = open({ path, compression: true, maxDbs: 10 });
  const sharedStructuresKey = Symbol.for("structures");
  const at = Date.UTC(2026, 0, 1);
  const grades = root.openDB<object, string>({ name: "communication", sharedStructuresKey });
  for (const [agent_id, commit_hash] of [
    ["a:b", "c1"],
    ["a:b", "c2"],
    ["a", "c1"],
  ] as const) {
    const event = { agent_id, commit_hash, project_path: "/é", grade: 5, timestamp: new Date(at) };
    await grades.put(`${agent_id}:${commit_hash}:${at}`, event);
  }
  const settings = root.openDB<object, string>({ name: "settings" });
  await settings.put(`theme:${"x".repeat(900)}`, { dark: true });
  await root.close();
  const memory = new MemoryDatabase();
  const { entriesMigrated, errors } = await migrateFromDatabase(path, memory);
  expect(entriesMigrated).toBe(3);
  expect(await memory.getCommunicationEvents("a:b")).toHaveLength(2);
  expect(await memory.getCommunicationEvents("a")).toHaveLength(1);
  expect(errors).toEqual([
    expect.stringMatching(/^"settings\/.*nothing is known of its collection/),
  ]);
  expect(errors[0]?.length).toBeLessThan(1_000);
});

test.each(["progress", "link", "rename"])(
  "killed at its %s, the path leads to one of the two, and a second run finishes it",
  async (killedAt) => {
    const { path } = await lastDatabase(50);
    const digest = digestOf(path);
    const whole = new MemoryDatabase();
    await migrateFromDatabase(path, whole);
    const killed = await endOf(runTypeScript(program, [path, killedAt], { stdio: "pipe" }));
    expect(killed).toMatchObject({ signal: "SIGKILL" });
    expect(digestOf(path)).toBe(digest);
    const refused = new LMDBDatabase({ path, onWarning: () => undefined });
    expect(await refused.open()).toBe(false);
    expect(refused.fault).toMatchObject({ code: "TRACKER_DATABASE_OLD", path });
    const second = await endOf(runTypeScript(program, [path], { stdio: "pipe" }));
    const keptAs = `${path}.original`;
    const done = { entriesMigrated: 205, entriesSkipped: 0, errors: [], keptAs };
    expect(JSON.parse(second.stdout)).toEqual(done);
    expect(digestOf(keptAs)).toBe(digest);
    expect(fs.readdirSync(dirname(path)).filter((name) => name.includes(".original"))).toEqual([
      "agent-tracker.lmdb.original",
      "agent-tracker.lmdb.original-lock",
    ]);
    expect(await recordsAt(path)).toEqual(await recordsOf(whole));
  },
);

test.each(["lock", "snapshot", "removal"])(
  "killed at the %s when the place has changed hands, the next call shows hosts the agents and leaves nothing behind",
  async (killedAt) => {
    const { path } = await lastDatabase(5);
    const digest = digestOf(path);
    const killed = await endOf(runTypeScript(program, [path, killedAt], { stdio: "pipe" }));
    expect(killed).toMatchObject({ signal: "SIGKILL" });
    expect(digestOf(`${path}.original`)).toBe(digest);
    expect(digestOf(path)).not.toBe(digest);
    const second = await endOf(runTypeScript(program, [path], { stdio: "pipe" }));
    expect(JSON.parse(second.stdout)).toEqual(NOTHING);
    const shown = readAgentsSnapshot(agentsSnapshotPath(path));
    expect(shown?.agents).toHaveLength(5);
    const names = fs.readdirSync(dirname(path));
    expect(names.filter((name) => name.includes(".migration"))).toEqual([]);
  },
);

test("when hosts cannot be shown the agents, that is an error, the old file is named, and the next call does it", async () => {
  const { path } = await lastDatabase(2);
  fs.mkdirSync(`${path}.agents.json`);
  expect(await replaceOldDatabase(path)).toMatchObject({
    keptAs: `${path}.original`,
    errors: [expect.stringContaining("the copy of the agents for hosts")],
  });
  fs.rmdirSync(`${path}.agents.json`);
  expect(await replaceOldDatabase(path)).toEqual(NOTHING);
  expect(readAgentsSnapshot(agentsSnapshotPath(path))?.agents).toHaveLength(5);
  expect(fs.existsSync(`${path}.migration`)).toBe(false);
});

test("a folder or a file of somebody where the new database is to be made stays, and so does the old one", async () => {
  const { path } = await lastDatabase(2);
  const digest = digestOf(path);
  const theirs = `${path}.migration`;
  const refused = {
    ...NOTHING,
    errors: [expect.stringMatching(/^TRACKER_NOT_REPLACED: .*\.migration is in the way/)],
  };
  for (const name of ["agent-tracker.lmdb", "notes"]) {
    fs.mkdirSync(theirs);
    fs.writeFileSync(join(theirs, name), "somebody's");
    expect(await replaceOldDatabase(path)).toEqual(refused);
    expect(await tryOldDatabase(path, new MemoryDatabase())).toEqual(refused);
    expect(fs.readdirSync(theirs)).toEqual([name]);
    fs.rmSync(theirs, { recursive: true });
  }
  fs.writeFileSync(theirs, "a file of somebody");
  expect(await replaceOldDatabase(path)).toEqual(refused);
  expect(fs.readFileSync(theirs, "utf8")).toBe("a file of somebody");
  expect(digestOf(path)).toBe(digest);
});

test("an empty object in a record keeps none of the others back", async () => {
  const path = await writtenHere(async (agents) => {
    for (const id of ["a", "b", "c"]) await agents.put(id, { id, skill_points: 3 });
    await agents.put("d", { id: "d", skill_points: 4, meta: {} });
  });
  expect(await replaceOldDatabase(path)).toMatchObject({ entriesMigrated: 4, errors: [] });
  const database = new LMDBDatabase(path);
  expect(await database.getAgent("a")).toMatchObject({ skill_points: 3 });
  expect(await database.getAgent("d")).toMatchObject({ skill_points: 4 });
  await database.close();
});

test("where the names of the fields of a collection cannot be read, the old database stays where it is", async () => {
  const path = await writtenHere(async (agents, commits) => {
    await agents.put("a", { id: "a", skill_points: 3 });
    // As the first record of a collection without shared names: it can be read.
    await commits.put("/p:h", { agent_id: "a", commit_hash: "h", project_path: "/p" });
  });
  const bytes = fs.readFileSync(path);
  for (let at = bytes.indexOf("skill_points"); at > 0; at = bytes.indexOf("skill_points", at + 1)) {
    bytes.writeUInt8(0xc1, at - 1);
  }
  fs.writeFileSync(path, bytes);
  const before = stateOf(path);
  const refused = {
    keptAs: null,
    entriesMigrated: 0,
    errors: expect.arrayContaining([
      expect.stringMatching(/^TRACKER_NOT_REPLACED: 2 entries of .* cannot be read/),
    ]),
  };
  expect(await tryOldDatabase(path, new MemoryDatabase())).toMatchObject(refused);
  expect(await replaceOldDatabase(path)).toMatchObject(refused);
  expect(stateOf(path)).toEqual(before);
  // A copy of what can be read is no loss.
  const { entriesMigrated } = await migrateFromDatabase(path, new MemoryDatabase());
  expect(entriesMigrated).toBe(1);
});

test.skipIf(process.platform !== "linux")(
  "while the original has it open, the old database stays where it is, and the process is named",
  async () => {
    const { path } = await lastDatabase(2);
    const holder = open({ path, maxDbs: 10, compression: true });
    const refused = {
      ...NOTHING,
      errors: [expect.stringMatching(`^LMDB_STORE_IN_USE: .*process ${process.pid} `)],
    };
    expect(await tryOldDatabase(path, new MemoryDatabase())).toEqual(refused);
    expect(await replaceOldDatabase(path)).toEqual(refused);
    await holder.close();
    expect(await replaceOldDatabase(path)).toMatchObject({ keptAs: `${path}.original` });
  },
);

test("a database to which the original writes all the time is in use, and neither damaged nor none", async () => {
  const { path } = await lastDatabase(50);
  const original = runTypeScript(writer, [path], { stdio: "pipe" });
  onTestFinished(() => void original.kill("SIGKILL"));
  const ended = endOf(original);
  if (original.stdout === null) throw new Error("its output is not piped");
  await once(original.stdout, "data");
  const refusal = /LMDB_STORE_IN_USE|TRACKER_NOT_REPLACED: another program writes/;
  for (let round = 0; round < 3; round += 1) {
    const refused = { ...NOTHING, errors: [expect.stringMatching(refusal)] };
    expect(await replaceOldDatabase(path)).toEqual(refused);
    const database = new LMDBDatabase({ path, onWarning: () => undefined });
    expect(await database.open()).toBe(false);
    const code = expect.stringMatching(/^(?:LMDB_STORE_IN_USE|TRACKER_DATABASE_OLD)$/);
    expect(database.fault).toMatchObject({ code });
    await database.close();
  }
  original.stdin?.write("end\n");
  expect(await ended).toMatchObject({ code: 0 });
  expect(await replaceOldDatabase(path)).toMatchObject({ keptAs: `${path}.original`, errors: [] });
});

test("one that begins while another migrates says that it is to wait", async () => {
  const { path } = await lastDatabase(2);
  let release = (): void => undefined;
  const isDone = new Promise<void>((resolve) => (release = resolve));
  let other: Promise<void> | undefined;
  await new Promise<void>((resolve) => {
    other = withFileLock(`${path}.migration`, () => {
      resolve();
      return isDone;
    });
  });
  expect(await replaceOldDatabase(path)).toEqual({
    ...NOTHING,
    errors: [expect.stringMatching(/^TRACKER_NOT_REPLACED: another process migrates .*: wait/)],
  });
  release();
  await other;
});

test("a file that has the name already stays, and the old one is kept under another", async () => {
  const { path } = await lastDatabase(2);
  fs.writeFileSync(`${path}.original`, "mine");
  expect(await replaceOldDatabase(path)).toMatchObject({ keptAs: `${path}.original-2` });
  expect(fs.readFileSync(`${path}.original`, "utf8")).toBe("mine");
});

test("a flat database of the original gives its place, too", async () => {
  const { folder } = await oldProject(10);
  const path = projectDatabasePath(folder);
  const before = stateOf(path);
  const { keptAs, entriesMigrated, errors } = await replaceOldDatabase(path);
  expect([keptAs, entriesMigrated, errors]).toEqual([
    `${path}.original`,
    25,
    [expect.stringContaining("settings:theme")],
  ]);
  expect(stateOf(`${path}.original`)).toEqual(before);
  expect(await inspectTrackerDatabase(path)).toMatchObject({ path });
});

test("what another program has made, and a database without room for all of it, stay where they are", async () => {
  const path = join(temporaryFolder(), "agents.lmdb");
  const root = open<string, string>({ path });
  await root.openDB<string, string>({ name: "agents" }).put("a", "theirs");
  await root.close();
  const before = stateOf(path);
  const nothing = { entriesMigrated: 0, entriesSkipped: 0, keptAs: null };
  expect(await replaceOldDatabase(path)).toEqual({
    ...nothing,
    errors: [
      expect.stringContaining('"agents/a"'),
      expect.stringContaining("another program may have made it"),
    ],
  });
  expect(stateOf(path)).toEqual(before);

  const large = await lastDatabase(1500);
  expect(await replaceOldDatabase(large.path, { maxSize: 2 ** 20 })).toEqual({
    ...nothing,
    errors: [expect.stringContaining("LMDB_STORE_FULL")],
  });
  const refused = new LMDBDatabase({ path: large.path, onWarning: () => undefined });
  expect(await refused.open()).toBe(false);
  expect(refused.fault).toMatchObject({ code: "TRACKER_DATABASE_OLD" });
  expect(fs.readdirSync(dirname(large.path)).toSorted()).toEqual([
    "agent-tracker.lmdb",
    "agent-tracker.lmdb-lock",
  ]);
});

test("a host is told of the migration, loses nothing meanwhile, and sees the agents afterwards", async () => {
  const { path } = await lastDatabase(5);
  const before = stateOf(path);
  const database = new SnapshotDatabase({ path, command: flushCommand() });
  const buffer = new WriteBuffer({ journal: new Journal(journalFolderOf(path)) });
  const service = new TrackingService(database, buffer, null);
  await service.trackToolUsage({ agentId: "plan" });
  const { errors } = await service.flushWriteBuffer();
  // The warning of a host is one for each code.
  expect(new Set(errors)).toEqual(
    new Set([expect.stringMatching(/^TRACKER_DATABASE_OLD: .*`cabinet tracker migrate`/)]),
  );
  expect(stateOf(path)).toEqual(before);
  await replaceOldDatabase(path);
  expect((await service.flushWriteBuffer()).errors).toEqual([]);
  expect(await service.getAgentStatus("plan")).toMatchObject({ experience_points: 101 });
  await buffer.close();
});
