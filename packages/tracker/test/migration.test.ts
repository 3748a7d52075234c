import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { endOf, runTypeScript } from "../../../test/run-typescript.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { isLongTier } from "../../../test/tier.ts";
import {
  LMDBDatabase,
  migrateFromProjectDatabase,
  projectDatabasePath,
} from "../src/lmdb/index.ts";
import { MemoryDatabase } from "../src/memory-database.ts";
import type { TrackerRecord } from "../src/records/tracker-record.ts";
import { oldProject } from "./support/old-project.ts";

const programs = new URL("programs/", import.meta.url);

function program(name: string): string {
  return fileURLToPath(new URL(`${name}.ts`, programs));
}

function targetIn(folder: string): LMDBDatabase {
  return new LMDBDatabase(join(folder, "agents.lmdb"));
}

async function recordsOf(database: LMDBDatabase | MemoryDatabase): Promise<TrackerRecord[]> {
  const found: TrackerRecord[] = [];
  for await (const record of database.records()) found.push(record);
  return found;
}

function digestOf(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

test("everything of an old database is there afterwards, and again nothing is new", async () => {
  const { folder, records } = await oldProject(600);
  const source = projectDatabasePath(folder);
  const before = [digestOf(source), readdirSync(dirname(source))];
  const database = targetIn(folder);
  const progress: number[] = [];
  const result = await migrateFromProjectDatabase(folder, database, {
    onProgress: ({ done, total }) => void progress.push(done / total),
  });
  expect(result).toEqual({
    entriesMigrated: 1205,
    entriesSkipped: 0,
    errors: [expect.stringContaining('"settings:theme"')],
  });
  expect(progress.at(-1)).toBe(1);
  for (const agent of records.agents) expect(await database.getAgent(agent.id)).toEqual(agent);
  for (const commit of records.commits) {
    expect(await database.getCommit(commit.project_path, commit.commit_hash)).toEqual(commit);
  }
  for (const { id } of records.agents) {
    const events = records.communication.filter(({ agent_id }) => agent_id === id);
    expect(await database.getCommunicationEvents(id, Infinity)).toEqual(events);
  }
  const again = await migrateFromProjectDatabase(folder, database);
  expect(again).toMatchObject({ entriesMigrated: 0, entriesSkipped: 1205 });
  await database.close();
  expect([digestOf(source), readdirSync(dirname(source))]).toEqual(before);
});

test("what the target has already stays as it is there", async () => {
  const { folder, records } = await oldProject(20);
  const database = targetIn(folder);
  const [agent] = records.agents;
  const [commit] = records.commits;
  const [event] = records.communication;
  if (agent === undefined || commit === undefined || event === undefined) throw new Error("empty");
  const newer = { ...agent, experience_points: 77 };
  await database.putAgent(agent.id, newer);
  await database.putCommit(commit.project_path, commit.commit_hash, commit);
  await database.putCommunicationEvent(event);
  const result = await migrateFromProjectDatabase(folder, database);
  expect(result).toMatchObject({ entriesMigrated: 42, entriesSkipped: 3 });
  expect(await database.getAgent(agent.id)).toEqual(newer);
  const events = records.communication.filter(({ agent_id }) => agent_id === event.agent_id);
  expect(await database.getCommunicationEvents(event.agent_id)).toEqual(events);
  await database.close();
});

test(
  "killed anywhere and repeated, it comes to the same",
  { timeout: 600_000 },
  async ({ annotate }) => {
    const { folder } = await oldProject(isLongTier ? 6000 : 1500);
    const whole = new MemoryDatabase();
    const expected = await migrateFromProjectDatabase(folder, whole);
    const path = join(folder, "agents.lmdb");
    let kills = 0;
    const rounds = isLongTier ? 40 : 4;
    for (let round = 0; round < rounds; round += 1) {
      const args = [folder, path, String(round % 8)];
      const { signal } = await endOf(runTypeScript(program("migrate"), args));
      if (signal === "SIGKILL") kills += 1;
    }
    await annotate(`${kills} of ${rounds} killed`);
    expect(kills).toBeGreaterThan(0);
    const database = new LMDBDatabase(path);
    const { entriesMigrated, entriesSkipped } = await migrateFromProjectDatabase(folder, database);
    expect(entriesMigrated + entriesSkipped).toBe(expected.entriesMigrated);
    expect(await recordsOf(database)).toEqual(await recordsOf(whole));
    await database.close();
  },
);

test("without a source there is nothing to do, and nothing is made", async () => {
  const folder = temporaryFolder();
  const database = new MemoryDatabase();
  const nothing = { entriesMigrated: 0, entriesSkipped: 0, errors: [] };
  expect(await migrateFromProjectDatabase(folder, database)).toEqual(nothing);
  expect(readdirSync(folder)).toEqual([]);
});

test("a source that is damaged, and a target that cannot be used, are errors, and nothing throws", async () => {
  const { folder } = await oldProject(20);
  const closed = new MemoryDatabase();
  await closed.close();
  const unusable = await migrateFromProjectDatabase(folder, closed);
  expect(unusable).toMatchObject({
    entriesMigrated: 0,
    errors: [expect.stringContaining("TRACKER_UNAVAILABLE")],
  });

  const bad = temporaryFolder();
  const path = projectDatabasePath(bad);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, readFileSync(projectDatabasePath(folder)).subarray(0, 9000));
  const damaged = await migrateFromProjectDatabase(bad, new MemoryDatabase());
  expect(damaged).toMatchObject({
    entriesMigrated: 0,
    errors: [expect.stringContaining("LMDB_STORE_DAMAGED")],
  });
});
