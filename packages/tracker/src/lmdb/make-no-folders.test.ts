import fs from "node:fs";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { LMDBDatabase } from "./lmdb-database.ts";
import { makeNoFolders } from "./make-no-folders.ts";

test("a process that makes no folders opens a database where there is one, and makes none elsewhere", async () => {
  const folder = temporaryFolder();
  const { mkdirSync } = fs;
  onTestFinished(() => void Reflect.set(fs, "mkdirSync", mkdirSync));
  makeNoFolders();
  const openIn = async (name: string): Promise<unknown> => {
    const path = join(folder, name, "agents.lmdb");
    const database = new LMDBDatabase({ path, onWarning: () => undefined });
    await database.open();
    await database.close();
    return database.fault;
  };
  expect(await openIn("")).toBeUndefined();
  expect(await openIn("gone/too")).toBeInstanceOf(Error);
  expect(fs.readdirSync(folder)).not.toContain("gone");
});
