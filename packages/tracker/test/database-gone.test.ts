import fs from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { withFileLock } from "@x/atomic-fs";
import type { Warning } from "@x/registry-core";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { LMDBDatabase } from "../src/lmdb/lmdb-database.ts";
import { WriteBuffer } from "../src/write-buffer.ts";

/** A closed database, with the copy of its agents beside it. */
async function closedDatabase(): Promise<string> {
  const path = join(temporaryFolder(), "agents.lmdb");
  const database = new LMDBDatabase(path);
  const buffer = new WriteBuffer();
  buffer.bufferScore("build", { type: "tool" });
  expect(await buffer.flush(database)).toMatchObject({ errors: [] });
  await database.close();
  expect(fs.existsSync(`${path}.agents.json`)).toBe(true);
  return path;
}

/** Opened, closed again, with what was said of it. */
async function warningsOf(path: string): Promise<Warning[]> {
  const warnings: Warning[] = [];
  const database = new LMDBDatabase({ path, onWarning: (warning) => warnings.push(warning) });
  expect(await database.open()).toBe(true);
  await database.close();
  return warnings;
}

test("the copy of the agents of a database that is gone is kept, by one of those who open it", async () => {
  const path = await closedDatabase();
  fs.rmSync(path);
  const [one, other] = await Promise.all([warningsOf(path), warningsOf(path)]);
  expect([...one, ...other]).toMatchObject([{ code: "TRACKER_DATABASE_GONE", path }]);
  const names = fs.readdirSync(join(path, ".."));
  expect(names.filter((name) => name.startsWith("agents.lmdb.agents.json."))).toHaveLength(1);
});

test("a database that somebody else makes meanwhile, with its copy, is not gone", async () => {
  const path = await closedDatabase();
  const elsewhere = `${path}.elsewhere`;
  fs.renameSync(path, elsewhere);
  let make = (): void => undefined;
  const makes = new Promise<void>((resolve) => (make = resolve));
  const maker = withFileLock(path, async () => {
    await makes;
    fs.renameSync(elsewhere, path);
  });
  await expect.poll(() => fs.lstatSync(`${path}.lock`).isSymbolicLink()).toBe(true);
  // It sees in the call itself that there is none, and then waits for who makes one.
  const said = warningsOf(path);
  make();
  await maker;
  expect(await said).toEqual([]);
  expect(fs.existsSync(`${path}.agents.json`)).toBe(true);
});
