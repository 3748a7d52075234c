import assert from "node:assert/strict";
import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { open } from "lmdb";
import { expect, onTestFinished, test, vi } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { isLongTier } from "../../../../test/tier.ts";
import type { FlatOutcome } from "../../test/programs/read-flat-database.ts";
import { startProgram } from "../../test/support/conversation.ts";
import { damages, rollbacks } from "../../test/support/damage.ts";
import { digestOf, flatRecords } from "../../test/support/flat-records.ts";
import { seededRandom } from "../../test/support/seeded-random.ts";
import { DatabaseError } from "../errors.ts";
import type { FlatDatabase, FlatEntry } from "./flat-database.ts";
import { openFlatDatabase } from "./open-flat-database.ts";

const ROUNDS = isLongTier ? 12 : 2;
const FLIPS = isLongTier ? 1500 : 50;
const FILES_AT_ONCE = 50;

/** A database that another process has written and closed. */
async function written(count: number): Promise<string> {
  const path = join(temporaryFolder(), "flat.lmdb");
  const { code, signal, stderr } = await startProgram(
    "write-flat-database",
    "write",
    path,
    String(count),
  ).ended;
  expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: "" });
  return path;
}

async function entriesIn(database: FlatDatabase): Promise<FlatEntry[]> {
  const found: FlatEntry[] = [];
  for await (const entry of database.entries()) found.push(entry);
  return found;
}

async function opened(path: string): Promise<FlatDatabase> {
  const database = await openFlatDatabase(path);
  assert.ok(database !== undefined);
  return database;
}

/** Where somebody writes to it all the time, a copy may not come about the first time. */
async function openedBetween(path: string): Promise<FlatDatabase> {
  for (;;) {
    try {
      return await opened(path);
    } catch (error) {
      if (!(error instanceof DatabaseError) || error.code !== "LMDB_STORE_IN_USE") throw error;
    }
  }
}

/** What is known of a file and of all that is beside it, without the time when it was read. */
function stateOf(path: string) {
  const folder = join(path, "..");
  const names = fs.readdirSync(folder).toSorted();
  const { ino, mode, mtimeNs, ctimeNs } = fs.statSync(path, { bigint: true });
  return { names, ino, mode, mtimeNs, ctimeNs, bytes: fs.readFileSync(path).toString("latin1") };
}

function copies(): string[] {
  return fs.readdirSync(tmpdir()).filter((name) => name.startsWith("cabinet-flat-"));
}

/** What a child makes of files that may be damaged. */
async function readInChild(paths: readonly string[]): Promise<FlatOutcome[]> {
  const { code, signal, stdout, stderr } = await startProgram("read-flat-database", ...paths).ended;
  const lines = stdout.trimEnd().split("\n");
  expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: "" });
  expect(lines.pop()).toBe("native code: no");
  // The program writes nothing else.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return lines.map((line) => JSON.parse(line) as FlatOutcome);
}

/** Writes the images into files, a few at a time, and tells what a child makes of each. */
async function outcomesOf(images: readonly (() => Buffer)[]): Promise<FlatOutcome[]> {
  const folder = temporaryFolder();
  const outcomes: FlatOutcome[] = [];
  for (let first = 0; first < images.length; first += FILES_AT_ONCE) {
    const paths = images.slice(first, first + FILES_AT_ONCE).map((image, index) => {
      const path = join(folder, `${index}.lmdb`);
      fs.writeFileSync(path, image());
      return path;
    });
    const found = await readInChild(paths);
    const named = found.map((outcome, index) => ("code" in outcome ? outcome.path : paths[index]));
    expect(named).toEqual(paths);
    outcomes.push(...found);
  }
  expect(outcomes).toHaveLength(images.length);
  return outcomes;
}

test("what the old tool has put is read as it was put, in the order of the keys", async () => {
  const path = await written(3000);
  const database = await opened(path);
  const found = await entriesIn(database);
  database.close();
  const expected = flatRecords(3000);
  expect(database).toMatchObject({ path, count: expected.size });
  expect(found).toHaveLength(expected.size);
  for (const entry of found) {
    assert.ok("value" in entry && expected.has(entry.key), entry.key);
    assert.deepStrictEqual(entry.value, expected.get(entry.key), entry.key);
  }
  const root = open({ path, compression: true });
  expect(found.map(({ key }) => key)).toEqual([...root.getKeys()]);
  await root.close();
});

test("nothing of the file and of what is beside it changes, and no copy is left", async () => {
  const path = await written(300);
  fs.rmSync(`${path}-lock`);
  fs.chmodSync(path, 0o444);
  const before = stateOf(path);
  expect(before.names).toEqual(["flat.lmdb"]);
  // Of its own: others read such files at the same time.
  vi.stubEnv("TMPDIR", temporaryFolder());
  onTestFinished(() => void vi.unstubAllEnvs());
  const database = await opened(path);
  expect(copies()).toEqual([]);
  await entriesIn(database);
  database.close();
  fs.writeFileSync(`${path}.damaged`, fs.readFileSync(path).subarray(0, 20_000));
  await expect(openFlatDatabase(`${path}.damaged`)).rejects.toMatchObject({
    code: "LMDB_STORE_DAMAGED",
    path: `${path}.damaged`,
  });
  fs.rmSync(`${path}.damaged`);
  expect(stateOf(path)).toEqual(before);
  expect(copies()).toEqual([]);
});

test("while others write, all that is read is of one moment", async () => {
  const path = join(temporaryFolder(), "flat.lmdb");
  const writer = startProgram("write-flat-database", "go-on", path);
  expect(await writer.next()).toBe("ready");
  const generations = new Set<unknown>();
  for (let turn = 0; turn < 12 || generations.size < 2; turn += 1) {
    const database = await openedBetween(path);
    const records = (await entriesIn(database)).filter(({ key }) => key.startsWith("agent:"));
    database.close();
    const values = records.map((entry) =>
      "value" in entry ? Reflect.get(Object(entry.value), "generation") : entry.fault,
    );
    expect(values).toHaveLength(10);
    expect(new Set(values).size).toBe(1);
    generations.add(values[0]);
  }
  writer.kill();
  await writer.ended;
});

test("a missing and an empty file are undefined, a database without a record has no entries", async () => {
  const path = join(temporaryFolder(), "flat.lmdb");
  expect(await openFlatDatabase(path)).toBeUndefined();
  fs.writeFileSync(path, "");
  expect(await openFlatDatabase(path)).toBeUndefined();
  fs.rmSync(path);
  await open({ path, compression: true }).close();
  const database = await opened(path);
  expect(database.count).toBe(0);
  expect(await entriesIn(database)).toEqual([]);
  database.close();
});

test("where no copy can be made, the error names the original", async () => {
  const path = await written(10);
  vi.stubEnv("TMPDIR", `${path}.missing`);
  onTestFinished(() => void vi.unstubAllEnvs());
  await expect(openFlatDatabase(path)).rejects.toMatchObject({ code: "LMDB_STORE_IO", path });
});

test("what is no flat database is foreign", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "flat.lmdb");
  const code = "LMDB_STORE_FOREIGN";
  fs.writeFileSync(path, "SQLite format 3\0".repeat(1000));
  await expect(openFlatDatabase(path)).rejects.toMatchObject({ code, path });
  await expect(openFlatDatabase(folder)).rejects.toMatchObject({ code, path: folder });
  const others = { versions: { useVersions: true }, duplicates: { dupSort: true } };
  for (const [name, options] of Object.entries(others)) {
    const other = join(folder, `${name}.lmdb`);
    const root = open({ path: other, ...options });
    await root.put("key", "value", 1);
    await root.close();
    await expect(openFlatDatabase(other)).rejects.toMatchObject({ code, path: other });
  }
  const grouped = join(folder, "grouped.lmdb");
  const root = open({ path: grouped });
  await root.openDB({ name: "notes" }).put("key", "value");
  await root.close();
  await expect(openFlatDatabase(grouped)).rejects.toMatchObject({ code, path: grouped });
});

test("a record whose key is no text, or whose value is damaged, is told of and keeps no other back", async () => {
  const path = join(temporaryFolder(), "flat.lmdb");
  const root = open({ path, compression: true });
  await root.put(7, "a number");
  await root.put("plain", "a text that stands there as it is");
  await root.put("short", { text: "x".repeat(5000) });
  await root.close();
  const bytes = fs.readFileSync(path);
  const page = bytes.lastIndexOf("short");
  // Behind the key stand a mark and three bytes of the size.
  bytes.writeUInt8(bytes.readUInt8(page + "short".length + 3) + 1, page + "short".length + 3);
  const plain = bytes.lastIndexOf("plain") + "plain".length;
  bytes.writeUInt8(0xc1 + 8, plain);
  fs.writeFileSync(path, bytes);
  const database = await opened(path);
  expect(await entriesIn(database)).toEqual([
    { key: expect.any(String) as string, fault: expect.stringContaining("no text: 14") as string },
    { key: "plain", fault: expect.stringContaining("no MessagePack") as string },
    { key: "short", fault: "its compressed bytes are damaged" },
  ]);
  database.close();
});

test("after it is closed, nothing more is read", async () => {
  const database = await opened(await written(300));
  const entries = database.entries();
  await entries.next();
  database.close();
  database.close();
  await expect(
    (async () => {
      for await (const _ of entries);
    })(),
  ).rejects.toThrow(TypeError);
  await expect(database.entries().next()).rejects.toThrow(TypeError);
});

test("a damaged file is refused, or read to its end, and ends nobody by a signal", async ({
  annotate,
}) => {
  const path = await written(400);
  const image = fs.readFileSync(path);
  const older = await written(300);
  const images = Object.entries(damages).flatMap(([family, damage], index) =>
    Array.from({ length: rollbacks.has(family) ? 1 : ROUNDS }, (_, round) => () => {
      const random = seededRandom(round * 1000 + index);
      return damage(Buffer.from(image), [fs.readFileSync(older)], random);
    }),
  );
  const outcomes = await outcomesOf(images);
  const refused = outcomes.filter((outcome) => "code" in outcome).length;
  await annotate(`${outcomes.length} files, ${refused} refused`);
  expect(refused).toBeGreaterThan(outcomes.length / 4);
}, 600_000);

test("a flipped byte anywhere changes or loses one record at most, or is refused", async ({
  annotate,
}) => {
  const path = await written(400);
  const image = fs.readFileSync(path);
  const [whole] = await readInChild([path]);
  assert.ok(whole !== undefined && "count" in whole);
  const expected = new Map([...flatRecords(400)].map(([key, value]) => digestOf({ key, value })));
  expect(new Map(whole.entries)).toEqual(expected);
  const images = Array.from({ length: FLIPS }, (_, index) => () => {
    const random = seededRandom(index);
    const bytes = Buffer.from(image);
    const position = random(bytes.length);
    bytes.writeUInt8(bytes.readUInt8(position) ^ (1 + random(255)), position);
    return bytes;
  });
  const facts = { refused: 0, whole: 0, faults: 0, others: 0 };
  for (const outcome of await outcomesOf(images)) {
    if ("code" in outcome) {
      facts.refused += 1;
      continue;
    }
    expect(outcome.entries).toHaveLength(expected.size);
    const changed = outcome.entries.filter(([key, digest]) => expected.get(key) !== digest);
    expect(changed.length).toBeLessThanOrEqual(1);
    if (changed.length === 0) facts.whole += 1;
    else if (changed[0]?.[1] === null) facts.faults += 1;
    else facts.others += 1;
  }
  await annotate(JSON.stringify(facts));
  expect(facts.faults).toBeGreaterThan(0);
}, 600_000);
