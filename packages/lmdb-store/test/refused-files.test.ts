import fs from "node:fs";
import { dirname, join } from "node:path";

import { open } from "lmdb";
import { expect, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { COLLECTION_OPTIONS } from "../src/collection-options.ts";
import { inspectDatabase, openLmdbStore } from "../src/index.ts";
import { FORMAT_KEY, seal } from "../src/record-codec.ts";

const COLLECTIONS = ["agents", "notes"];

/** What somebody else has put where the database is to be. */
const OTHERS: Readonly<Record<string, (path: string) => void | Promise<void>>> = {
  "collections of the same names": async (path) => {
    const root = open({ path, compression: true, maxDbs: 10 });
    const sharedStructuresKey = Symbol.for("structures");
    for (const name of ["agents", "commits"]) {
      const database = root.openDB<object, string>({ name, sharedStructuresKey });
      await database.put("build", { id: "build", points: 3 });
    }
    await root.close();
  },
  "one collection, behind one of ours that is not there": async (path) => {
    const root = open({ path });
    await root.openDB<string, string>({ name: "notes" }).put("a", "theirs");
    await root.close();
  },
  "a collection of a later version": async (path) => {
    const root = open({ path });
    const database = root.openDB<Uint8Array, string>({ name: "agents", ...COLLECTION_OPTIONS });
    await database.put(FORMAT_KEY, seal(FORMAT_KEY, Buffer.from("2 agents")));
    await root.close();
  },
  "records in no collection": async (path) => {
    const root = open({ path, compression: true });
    await root.put("agent:build", { id: "build" });
    await root.put("agent:plan", { id: "plan" });
    await root.close();
  },
  "several values for a key": async (path) => {
    const root = open({ path, dupSort: true, encoding: "ordered-binary" });
    await root.put("key", "value");
    await root.close();
  },
  "a text": (path) => fs.writeFileSync(path, "no database at all".repeat(1000)),
  "a few bytes": (path) => fs.writeFileSync(path, "x"),
  "the beginning of a database": async (path) => {
    const root = open({ path });
    await root.put("key", "value");
    await root.close();
    fs.truncateSync(path, 5000);
  },
  "a folder": (path) => fs.mkdirSync(path),
};

/** What is known of the file and of all that is beside it, without the time when it was read. */
function stateOf(path: string) {
  const names = fs.readdirSync(dirname(path)).toSorted();
  const { ino, mode, mtimeNs, ctimeNs, size } = fs.statSync(path, { bigint: true });
  const bytes = fs.statSync(path).isFile() ? fs.readFileSync(path).toString("latin1") : "";
  return { names, ino, mode, mtimeNs, ctimeNs, size, bytes };
}

test.each(Object.keys(OTHERS))("%s: it is refused, and not a byte of it changes", async (name) => {
  const path = join(temporaryFolder(), "agents.lmdb");
  await OTHERS[name]?.(path);
  const before = stateOf(path);
  for (let turn = 0; turn < 2; turn += 1) {
    const opening = openLmdbStore(path, { collections: COLLECTIONS });
    const refusal = /^LMDB_STORE_(?:FOREIGN|DAMAGED)$/;
    const code = expect.stringMatching(refusal) as string;
    await expect(opening).rejects.toMatchObject({ code });
    await expect(inspectDatabase(path, { collections: COLLECTIONS })).rejects.toMatchObject({
      code,
    });
    expect(stateOf(path)).toEqual(before);
  }
});

test("what another program's file holds is told, where nothing in it is ours", async () => {
  for (const [name, holds] of [
    ["collections of the same names", { kind: "collections", count: 2 }],
    ["records in no collection", { kind: "records", count: 2 }],
    ["a text", undefined],
  ] as const) {
    const path = join(temporaryFolder(), "agents.lmdb");
    await OTHERS[name]?.(path);
    const opening = openLmdbStore(path, { collections: COLLECTIONS });
    await expect(opening).rejects.toMatchObject({ code: "LMDB_STORE_FOREIGN", holds });
  }
});

test("of a later version, that is said", async () => {
  const path = join(temporaryFolder(), "agents.lmdb");
  await OTHERS["a collection of a later version"]?.(path);
  await expect(openLmdbStore(path, { collections: COLLECTIONS })).rejects.toMatchObject({
    code: "LMDB_STORE_FOREIGN",
    reason: "agents has a format that this version does not know",
    holds: undefined,
  });
});

test("a healthy file of another program that was put in the place of ours is foreign, not damaged", async () => {
  for (const name of ["collections of the same names", "records in no collection"]) {
    const path = join(temporaryFolder(), "agents.lmdb");
    await (await openLmdbStore(path, { collections: COLLECTIONS })).close();
    const other = join(temporaryFolder(), "agents.lmdb");
    await OTHERS[name]?.(other);
    // Into the file that is there: it keeps its number.
    fs.writeFileSync(path, fs.readFileSync(other));
    const code = "LMDB_STORE_FOREIGN";
    await expect(openLmdbStore(path, { collections: COLLECTIONS })).rejects.toMatchObject({ code });
    await expect(inspectDatabase(path, { collections: COLLECTIONS })).rejects.toMatchObject({
      code,
    });
  }
});
