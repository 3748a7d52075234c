import fs from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { collection } from "@x/registry-core";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { type DatabaseError, inspectDatabase, openLmdbStore, usableBytes } from "../src/index.ts";
import { Playground } from "./support/playground.ts";

const notes = collection("notes", { parse: String });

/** A database with a backup, and where these are. */
async function writtenDatabase(): Promise<{ path: string; backupPath: string }> {
  const folder = temporaryFolder();
  const path = join(folder, "records.lmdb");
  const store = await openLmdbStore(path, { collections: ["notes"] });
  for (let number = 0; number < 20; number += 1) {
    const changes = [notes.put(`key ${number}`, "value ".repeat(400))];
    await store.transact([], () => ({ changes, result: undefined }));
  }
  const backupPath = join(folder, "records.backup");
  await store.backupTo(backupPath);
  await store.close();
  return { path, backupPath };
}

function spoil(path: string, position: number, bytes: number): void {
  const file = fs.openSync(path, "r+");
  fs.writeSync(file, Buffer.alloc(bytes, 0xa5), 0, bytes, position);
  fs.closeSync(file);
}

const namesBeside = (path: string): string[] => fs.readdirSync(join(path, "..")).toSorted();

test("a whole database is counted, behind a link too, and nothing is changed or made", async () => {
  const { path } = await writtenDatabase();
  const names = namesBeside(path);
  const { mtimeMs, ctimeMs } = fs.statSync(path);
  const collections = [{ name: "notes", records: 20 }];
  expect(await inspectDatabase(path)).toMatchObject({ path, collections });
  const link = join(temporaryFolder(), "link.lmdb");
  fs.symlinkSync(path, link);
  expect(await inspectDatabase(link)).toMatchObject({ path, collections });
  expect(namesBeside(path)).toEqual(names);
  expect(fs.statSync(path)).toMatchObject({ mtimeMs, ctimeMs });
});

test("where there is none, no folder is made, and one that nobody has written to yet is none", async () => {
  const folder = temporaryFolder();
  expect(await inspectDatabase(join(folder, "home/records.lmdb"))).toBeUndefined();
  fs.writeFileSync(join(folder, "empty.lmdb"), "");
  expect(await inspectDatabase(join(folder, "empty.lmdb"))).toBeUndefined();
  expect(fs.readdirSync(folder)).toEqual(["empty.lmdb"]);
});

test("damage is told with the newest backup, also that of a record, and of a file that became empty", async () => {
  const { path, backupPath } = await writtenDatabase();
  const whole = fs.readFileSync(path);
  const damaged = { code: "LMDB_STORE_DAMAGED", path, backupPath };
  spoil(path, whole.indexOf("value value"), 3);
  await expect(inspectDatabase(path)).rejects.toMatchObject(damaged);
  fs.writeFileSync(path, whole.subarray(0, whole.length / 8));
  await expect(inspectDatabase(path)).rejects.toMatchObject(damaged);
  fs.writeFileSync(path, "");
  await expect(inspectDatabase(path)).rejects.toMatchObject({ ...damaged, reason: "it is empty" });
  fs.writeFileSync(path, "no database at all".repeat(1000));
  await expect(inspectDatabase(path)).rejects.toMatchObject(damaged);
});

test("what was never one of ours is foreign, and no damaged one", async () => {
  const path = join(temporaryFolder(), "records.lmdb");
  fs.writeFileSync(path, "no database at all".repeat(1000));
  await expect(inspectDatabase(path)).rejects.toMatchObject({ code: "LMDB_STORE_FOREIGN", path });
});

test("a database to which others write meanwhile is not taken for a damaged one", async () => {
  const playground = new Playground(11);
  const users = ["one"].map((name) => playground.start("transfer", name));
  for (const user of users) await user.next();
  const outcomes: string[] = [];
  const look = async (): Promise<void> => {
    const outcome = inspectDatabase(playground.path).then(() => "whole");
    outcomes.push(await outcome.catch((error: DatabaseError) => error.code));
  };
  for (let whole = 0; whole < 40 && outcomes.length < 120;) {
    await look();
    if (outcomes.at(-1) === "whole") whole += 1;
  }
  for (const user of users) {
    user.kill();
    await user.ended;
  }
  await look();
  // Where it never stood still, that is said, and not that it is damaged.
  const said = new Set(outcomes.filter((outcome) => outcome !== "LMDB_STORE_IN_USE"));
  expect([...said]).toEqual(["whole"]);
});

test("of what a database may use, one that takes no more uses nearly all", async () => {
  const path = join(temporaryFolder(), "records.lmdb");
  const maxSize = 2 ** 20;
  const store = await openLmdbStore(path, { collections: ["notes"], maxSize });
  const put = (number: number): Promise<void> => {
    const changes = [notes.put(`key ${number}`, "value ".repeat(600))];
    return store.transact([], () => ({ changes, result: undefined }));
  };
  await expect(
    (async () => {
      for (let number = 0; ; number += 1) await put(number);
    })(),
  ).rejects.toMatchObject({ code: "LMDB_STORE_FULL" });
  await store.close();
  const { pages = 0, freePages = 0, pageSize = 0 } = (await inspectDatabase(path)) ?? {};
  const share = ((pages - freePages) * pageSize) / usableBytes(maxSize);
  expect(share).toBeGreaterThan(0.9);
  expect(share).toBeLessThanOrEqual(1.05);
  expect(usableBytes(maxSize)).toBeLessThan(maxSize);
});
