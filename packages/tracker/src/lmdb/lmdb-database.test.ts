import fs from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import type { Warning } from "@x/registry-core";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { activity, agent } from "../../test/support/sample-records.ts";
import { databasePathOf } from "../database-path.ts";
import { LMDBDatabase } from "./lmdb-database.ts";

/** A home folder of this test alone. */
function temporaryHome(): string {
  const { HOME: home = "" } = process.env;
  const folder = temporaryFolder();
  process.env["HOME"] = folder;
  onTestFinished(() => void (process.env["HOME"] = home));
  expect(homedir()).toBe(folder);
  return folder;
}

test("without a path it is the one of this user, whose folders are made, for nobody else to read", async () => {
  const home = temporaryHome();
  const path = join(home, ".config/opencode/agent-tracker.lmdb");
  const database = new LMDBDatabase();
  expect(database.path).toBe(path);
  expect(fs.statSync(join(home, ".config/opencode")).mode & 0o777).toBe(0o700);
  expect(await database.putAgent("build", agent("build"))).toBe(true);
  expect(fs.statSync(path).mode & 0o777).toBe(0o600);
  await database.close();
});

test("a path may begin with ~/, be relative to the home folder, or absolute", () => {
  const home = temporaryHome();
  expect(databasePathOf("~/a/b.lmdb")).toBe(join(home, "a/b.lmdb"));
  expect(databasePathOf("a/b.lmdb")).toBe(join(home, "a/b.lmdb"));
  expect(databasePathOf("/tmp/b.lmdb")).toBe("/tmp/b.lmdb");
  expect(databasePathOf(":memory:")).toBe(":memory:");
  for (const path of ["", " ", "a\0b"]) expect(() => databasePathOf(path)).toThrow(TypeError);
});

test.each([0, -1, 2 ** 20 - 1, 2 ** 31 + 1, 1.5, Number.NaN])(
  "a maximum size of %d is refused when it is constructed",
  (maxSize) => {
    const code = "LMDB_STORE_SIZE_INVALID";
    const path = join(temporaryFolder(), "a.lmdb");
    expect(() => new LMDBDatabase({ path, maxSize })).toThrow(RangeError);
    expect(() => new LMDBDatabase({ path, maxSize })).toThrow(expect.objectContaining({ code }));
  },
);

test("in memory nothing is on the disk", async () => {
  const home = temporaryHome();
  const database = new LMDBDatabase(":memory:");
  await database.putActivity("build", activity("x"));
  expect(await database.getActivities("build")).toHaveLength(1);
  await database.close();
  expect([database.journalFolder, fs.readdirSync(home)]).toEqual([undefined, []]);
});

test("one that cannot be opened says so once, gives nothing, and can be opened later", async () => {
  const path = join(temporaryFolder(), "agents.lmdb");
  fs.writeFileSync(path, "this is no database");
  const warnings: Warning[] = [];
  const onWarning = (warning: Warning): void => void warnings.push(warning);
  const database = new LMDBDatabase({ path, onWarning });
  expect(database.isAvailable).toBe(true);
  expect(await database.putAgent("build", agent("build"))).toBe(false);
  expect(await database.getAgent("build")).toBeNull();
  expect(database.isAvailable).toBe(false);
  expect(database.fault).toMatchObject({ code: "LMDB_STORE_FOREIGN" });
  expect(warnings).toMatchObject([{ code: "LMDB_STORE_FOREIGN", path }]);
  expect(fs.readFileSync(path, "utf8")).toBe("this is no database");
  fs.rmSync(path);
  expect(await database.open()).toBe(true);
  expect(await database.putAgent("build", agent("build"))).toBe(true);
  await database.close();
});

test("a folder that cannot be made is a warning, not an exception", async () => {
  const taken = join(temporaryFolder(), "taken");
  fs.writeFileSync(taken, "");
  const warnings: Warning[] = [];
  const onWarning = (warning: Warning): void => void warnings.push(warning);
  const database = new LMDBDatabase({ path: join(taken, "a.lmdb"), onWarning });
  expect(database.isAvailable).toBe(false);
  expect(await database.getActivities("build")).toEqual([]);
  expect(warnings).toHaveLength(1);
  await database.close();
});

test("a backup holds what was there", async () => {
  const folder = temporaryFolder();
  const database = new LMDBDatabase(join(folder, "a.lmdb"));
  await database.putAgent("build", agent("build"));
  await database.backupTo(join(folder, "b.lmdb"));
  await database.close();
  const copy = new LMDBDatabase(join(folder, "b.lmdb"));
  expect(await copy.getAgent("build")).toEqual(agent("build"));
  await copy.close();
});

test("without a database that can be used there is no backup, and no end of its records: both say why", async () => {
  const folder = temporaryFolder();
  const damaged = join(folder, "a.lmdb");
  fs.writeFileSync(damaged, "this is no database");
  const closed = new LMDBDatabase(join(folder, "closed.lmdb"));
  await closed.putAgent("build", agent("build"));
  await closed.close();
  const sick = new LMDBDatabase({ path: damaged, onWarning: () => undefined });
  const backup = join(folder, "backup.lmdb");
  const code = "TRACKER_UNAVAILABLE";
  for (const [database, cause] of [
    [closed, undefined],
    [sick, { code: "LMDB_STORE_FOREIGN" }],
  ] as const) {
    const refused = cause === undefined ? { code } : { code, cause };
    await expect(database.backupTo(backup)).rejects.toMatchObject(refused);
    await expect(database.records().next()).rejects.toMatchObject(refused);
    await expect(database.addMissing([])).rejects.toMatchObject(refused);
  }
  expect(fs.existsSync(backup)).toBe(false);
});

test.each([[3], [null], [true], [["a.lmdb"]], [() => "a.lmdb"]])(
  "%j is no configuration: it is not taken for that of the user's own database",
  (config) => {
    const home = temporaryHome();
    expect(() => Reflect.construct(LMDBDatabase, [config])).toThrow(TypeError);
    expect(fs.readdirSync(home)).toEqual([]);
  },
);

test("the copy of the agents for hosts is made by each flush; when its database is gone, it is kept", async () => {
  const path = join(temporaryFolder(), "a.lmdb");
  const events = [{ number: 1, event: { type: "seen", agent: "build", at: 0 } as const }];
  for (let round = 0; round < 3; round += 1) {
    const database = new LMDBDatabase(path);
    await database.applyEvents({ stream: `s-${round}`, events });
    await database.close();
    const copy = JSON.parse(fs.readFileSync(`${path}.agents.json`, "utf8"));
    const known = Object.keys(copy.streams);
    expect(known).toHaveLength(round + 1);
    expect(copy).toMatchObject({ version: 1, isFull: false, agents: [{ id: "build" }] });
  }
  const last = fs.readFileSync(`${path}.agents.json`, "utf8");
  fs.rmSync(path);
  const warnings: Warning[] = [];
  const another = new LMDBDatabase({ path, onWarning: (warning) => void warnings.push(warning) });
  expect(await another.getAgent("build")).toBeNull();
  await another.close();
  expect(warnings).toMatchObject([{ code: "TRACKER_DATABASE_GONE" }]);
  const kept = fs.readdirSync(dirname(path)).find((name) => name.includes(".broken-")) ?? "";
  expect(fs.readFileSync(join(dirname(path), kept), "utf8")).toBe(last);
});
