import assert from "node:assert/strict";
import fs from "node:fs";
import { join } from "node:path";

import { open } from "lmdb";
import { expect, onTestFinished, test, vi } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { openLmdbStore, readDatabaseHeader, replaceForeignDatabase } from "../src/index.ts";
import { startProgram } from "./support/conversation.ts";

const COLLECTIONS = { collections: ["notes"] };

/** A database of another program, and one of ours that is to take its place. */
async function places() {
  const folder = temporaryFolder();
  const path = join(folder, "theirs.lmdb");
  const root = open<string, string>({ path, maxDbs: 10 });
  await root.openDB<string, string>({ name: "notes" }).put("a", "theirs");
  await root.close();
  const by = join(folder, "ours.lmdb");
  await (await openLmdbStore(by, COLLECTIONS)).close();
  const header = await readDatabaseHeader(path);
  assert.ok(header !== undefined);
  const { transaction } = header;
  return { folder, path, by, keptAs: `${path}.kept`, transaction, bytes: fs.readFileSync(path) };
}

function inodeOf(path: string): bigint | undefined {
  return fs.statSync(path, { bigint: true, throwIfNoEntry: false })?.ino;
}

test("the old file and its lock file get their name together, and what is there keeps its own", async () => {
  const { path, by, keptAs, transaction, bytes } = await places();
  const lock = inodeOf(`${path}-lock`);
  fs.writeFileSync(`${keptAs}-lock`, "of somebody");
  const kept = { keptAs: `${keptAs}-2`, fault: undefined };
  expect(await replaceForeignDatabase(path, { by, keptAs, transaction })).toEqual(kept);
  expect(fs.readFileSync(kept.keptAs).equals(bytes)).toBe(true);
  expect(inodeOf(`${kept.keptAs}-lock`)).toBe(lock);
  expect([fs.existsSync(keptAs), fs.existsSync(`${path}-lock`)]).toEqual([false, false]);
  expect(fs.readFileSync(`${keptAs}-lock`, "utf8")).toBe("of somebody");
  await (await openLmdbStore(path, COLLECTIONS)).close();
});

test.each([
  ["link", ""],
  ["link", "-lock"],
  ["rename", "by"],
  ["rm", "-lock"],
])(
  "killed before its %s of %j, one file has one lock, and a second call comes to the same end",
  async (call, of) => {
    const { path, by, keptAs, transaction, bytes } = await places();
    const lock = inodeOf(`${path}-lock`);
    const killedAt = `${call} ${of === "by" ? by : path + of}`;
    const args = [path, by, keptAs, String(transaction)];
    const killed = await startProgram("replace-foreign", ...args, killedAt).ended;
    expect(killed).toMatchObject({ signal: "SIGKILL", stderr: "" });
    const isReplaced = call === "rm";
    expect(fs.existsSync(by)).toBe(!isReplaced);
    // Whoever opens the old file takes the lock of those who have it open, under each of its names.
    const names = isReplaced ? [keptAs] : [path, keptAs].filter((name) => fs.existsSync(name));
    expect(names.map((name) => fs.readFileSync(name).equals(bytes))).not.toContain(false);
    const locks = names.map((name) => inodeOf(`${name}-lock`) ?? lock);
    expect(new Set(locks)).toEqual(new Set([lock]));
    const second = isReplaced ? killed : await startProgram("replace-foreign", ...args).ended;
    expect(second.code).toBe(isReplaced ? null : 0);
    const store = await openLmdbStore(path, COLLECTIONS);
    expect(inodeOf(`${keptAs}-lock`)).toBe(lock);
    expect(inodeOf(`${path}-lock`)).not.toBe(lock);
    await store.close();
    expect(fs.readFileSync(keptAs).equals(bytes)).toBe(true);
  },
);

test("when the place cannot change hands, the old file has one name again", async () => {
  const { folder, path, keptAs, transaction } = await places();
  const before = fs.readdirSync(folder).toSorted();
  const replacement = { by: join(folder, "missing"), keptAs, transaction };
  await expect(replaceForeignDatabase(path, replacement)).rejects.toMatchObject({
    code: "LMDB_STORE_IO",
  });
  expect(fs.readdirSync(folder).toSorted()).toEqual(before);
  expect(fs.statSync(path).nlink).toBe(1);
});

test("what goes wrong when the place has changed hands does not hide that it has", async () => {
  const { path, by, keptAs, transaction } = await places();
  const { rmSync } = fs;
  const spy = vi.spyOn(fs, "rmSync").mockImplementation((file, options) => {
    if (file === `${path}-lock`) throw Object.assign(new Error("no more"), { code: "EIO" });
    rmSync(file, options);
  });
  onTestFinished(() => spy.mockRestore());
  expect(await replaceForeignDatabase(path, { by, keptAs, transaction })).toMatchObject({
    keptAs,
    fault: { code: "LMDB_STORE_IO" },
  });
  expect([fs.existsSync(by), fs.existsSync(keptAs)]).toEqual([false, true]);
});

test.skipIf(process.platform !== "linux")(
  "a database that another program has open stays, and the program is named",
  async () => {
    const { folder, path, by, keptAs, transaction } = await places();
    const program = startProgram("hold-open", path);
    expect(await program.next()).toBe("open");
    const before = fs.readdirSync(folder).toSorted();
    const replacing = replaceForeignDatabase(path, { by, keptAs, transaction });
    await expect(replacing).rejects.toMatchObject({
      code: "LMDB_STORE_IN_USE",
      path,
      reason: expect.stringMatching(/^process \d+ \(.+\) has it open$/) as string,
    });
    expect(fs.readdirSync(folder).toSorted()).toEqual(before);
    program.say("close");
    await program.ended;
    const replaced = await replaceForeignDatabase(path, { by, keptAs, transaction });
    expect(replaced?.keptAs).toBe(keptAs);
  },
);

test.each(["EPERM", "ENOTSUP"])("without hard links (%s), that is said", async (code) => {
  const { path, by, keptAs, transaction } = await places();
  const spy = vi.spyOn(fs, "linkSync").mockImplementation(() => {
    throw Object.assign(new Error("not here"), { code });
  });
  onTestFinished(() => spy.mockRestore());
  const replacing = replaceForeignDatabase(path, { by, keptAs, transaction });
  await expect(replacing).rejects.toMatchObject({ code: "LMDB_STORE_NO_LINKS", path });
  expect([fs.existsSync(by), fs.existsSync(keptAs)]).toEqual([true, false]);
});
