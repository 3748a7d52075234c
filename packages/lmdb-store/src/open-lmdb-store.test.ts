import { spawn } from "node:child_process";
import fs from "node:fs";
import { basename, dirname, join } from "node:path";

import { open } from "lmdb";
import { expect, onTestFinished, test } from "vitest";

import { withFileLock } from "@x/atomic-fs";
import { collection, type Decision, type Warning } from "@x/registry-core";

import { endOf, nodeRuntime, runTypeScript } from "../../../test/run-typescript.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { isInKnownState } from "./known-state.ts";
import type { LmdbStore, LmdbStoreOptions } from "./lmdb-store.ts";
import { openLmdbStore } from "./open-lmdb-store.ts";

const notes = collection("notes", { parse: String });
const others = collection("others", { parse: String });

async function opened(path: string, options: Partial<LmdbStoreOptions> = {}): Promise<LmdbStore> {
  const store = await openLmdbStore(path, { collections: ["notes"], ...options });
  onTestFinished(() => store.close());
  return store;
}

const newPath = (): string => join(temporaryFolder(), "records.lmdb");

const putNote =
  (key: string, text = "text") =>
  (): Decision<void> => ({
    changes: [notes.put(key, text)],
    result: undefined,
  });

async function withNotes(path: string, count: number): Promise<void> {
  const store = await openLmdbStore(path, { collections: ["notes"] });
  const changes = Array.from({ length: count }, (_, index) =>
    notes.put(`key ${index}`, `${index} `.repeat(50)),
  );
  await store.transact([], () => ({ changes, result: undefined }));
  await store.close();
}

/** Changes one byte of the text in the file, wherever it stands. */
function damage(path: string, text: string): void {
  const bytes = fs.readFileSync(path);
  for (let at = bytes.indexOf(text); at !== -1; at = bytes.indexOf(text, at + 1)) bytes[at] = 0x7e;
  fs.writeFileSync(path, bytes);
}

test("the file and what lies beside it are for their owner only, and folders are made", async () => {
  const path = join(temporaryFolder(), "a/b/records.lmdb");
  const store = await opened(path);
  await store.transact([], putNote("a"));
  await store.backupTo(join(dirname(path), "backup.lmdb"));
  const names = fs.readdirSync(dirname(path)).toSorted();
  expect(names).toEqual([
    "backup.lmdb",
    "records.lmdb",
    "records.lmdb-lock",
    "records.lmdb.backups",
    "records.lmdb.state",
  ]);
  for (const name of names) {
    expect([name, fs.statSync(join(dirname(path), name)).mode & 0o777]).toEqual([name, 0o600]);
  }
});

test("a path without an extension is a file, and a link leads to the file behind it", async () => {
  const folder = temporaryFolder();
  const first = await opened(join(folder, "records"));
  await first.transact([], putNote("a"));
  fs.symlinkSync("records", join(folder, "link"));
  const second = await opened(join(folder, "link"));
  expect(second.path).toBe(join(folder, "records"));
  expect(await second.get(notes.at("a"))).toBe("text");
});

test("stores of one path share what they have opened, and the last one closes it", async () => {
  const path = newPath();
  const [first, second] = await Promise.all([
    opened(path),
    opened(path, { collections: ["notes", "others"] }),
  ]);
  await first.transact([], putNote("a"));
  expect(second.sync.get(notes.at("a"))).toBe("text");
  await first.close();
  await second.transact([], () => ({ changes: [others.put("b", "more")], result: undefined }));
  await second.close();
  const again = await opened(path, { maxSize: 2 ** 20, collections: ["others"] });
  expect(await again.get(others.at("b"))).toBe("more");
});

test.each([{ maxSize: 2 ** 20 }, { maxReaders: 5 }, { durability: "none" as const }])(
  "an open path cannot be opened with other options (%j) in the same process",
  async (options) => {
    const path = newPath();
    await opened(path);
    await expect(openLmdbStore(path, { collections: ["notes"], ...options })).rejects.toThrow(
      TypeError,
    );
  },
);

test("a store that is opened and closed again and again, by several at once, is open when it is used", async () => {
  const path = newPath();
  const work = Array.from({ length: 5 }, async (_, who) => {
    for (let round = 0; round < 10; round += 1) {
      const store = await openLmdbStore(path, { collections: ["notes"] });
      store.sync.transact([], putNote(`${who} ${round}`));
      await store.close();
    }
  });
  await Promise.all(work);
  const store = await opened(path);
  expect(await store.entries(notes, { limit: Infinity })).toHaveLength(50);
});

test.each([[undefined], [null], ["a"]])(
  "to open it with %j for options is a TypeError",
  async (options) => {
    const path = newPath();
    const opening: unknown = Reflect.apply(openLmdbStore, undefined, [path, options]);
    await expect(opening).rejects.toThrow(/^a store needs options/);
    await expect(opening).rejects.toThrow(TypeError);
    expect(fs.existsSync(path)).toBe(false);
  },
);

test("a collection that was not named is a TypeError, and nothing is written", async () => {
  for (const path of [newPath(), ":memory:"]) {
    const store = await opened(path);
    const both = () => ({
      changes: [notes.put("a", "text"), others.put("b", "text")],
      result: undefined,
    });
    await expect(store.get(others.at("a"))).rejects.toThrow(TypeError);
    await expect(store.entries(others, { limit: 1 })).rejects.toThrow(TypeError);
    await expect(store.transact([others.at("a")], both)).rejects.toThrow(TypeError);
    await expect(store.transact([], both)).rejects.toThrow(TypeError);
    expect(() => store.sync.get(others.at("a"))).toThrow(TypeError);
    expect(() => store.sync.entries(others, { limit: 1 })).toThrow(TypeError);
    expect(() => store.sync.transact([others.at("a")], both)).toThrow(TypeError);
    expect(() => store.sync.transact([], both)).toThrow(TypeError);
    expect(await store.entries(notes, { limit: 1 })).toEqual([]);
  }
});

test.each([
  {},
  { collections: [] },
  { collections: ["Notes"] },
  { collections: "notes" },
  { collections: ["notes"], maxReaders: 0 },
  { collections: ["notes"], durability: "some" },
  { collections: ["notes"], damaged: "ignore" },
  { collections: ["notes"], timeoutMilliseconds: -1 },
])("%j are no options", async (options) => {
  const path = newPath();
  await expect(openLmdbStore(path, options as LmdbStoreOptions)).rejects.toThrow(TypeError);
  expect(fs.existsSync(path)).toBe(false);
});

test("a decision that throws leaves the file as it is, byte for byte", async () => {
  const path = newPath();
  const store = await opened(path);
  await store.transact([], putNote("a"));
  const before = fs.readFileSync(path);
  const refusal = new Error("no");
  const refuse = (): never => {
    throw refusal;
  };
  await expect(store.transact([notes.at("a")], refuse)).rejects.toBe(refusal);
  expect(() => store.sync.transact([notes.at("a")], refuse)).toThrow(refusal);
  expect(fs.readFileSync(path).equals(before)).toBe(true);
});

test("of transactions that wait together, those that fail fail alone", async () => {
  const store = await opened(newPath());
  const refusal = new Error("no");
  const outcomes = await Promise.allSettled([
    store.transact([], putNote("a")),
    store.transact([], () => {
      throw refusal;
    }),
    store.transact([], () => ({ changes: [others.put("b", "text")], result: undefined })),
    store.transact([], putNote("c")),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual([
    "fulfilled",
    "rejected",
    "rejected",
    "fulfilled",
  ]);
  expect((await store.entries(notes, { limit: Infinity })).map(([key]) => key)).toEqual(["a", "c"]);
});

test("what a new kind of object has added is forgotten with the transaction that was given up", async () => {
  const path = newPath();
  const things = collection("notes", { parse: (raw) => raw as Record<string, unknown> });
  const store = await opened(path, { maxSize: 2 ** 20 });
  const tooLarge = things.put("b", { second: 1, text: "x".repeat(2 ** 20) });
  const put = (...changes: ReturnType<typeof things.put>[]) =>
    store.transact([], () => ({ changes, result: undefined }));
  await put(things.put("a", { first: 1 }));
  await expect(put(tooLarge)).rejects.toMatchObject({ code: "LMDB_STORE_FULL" });
  await put(things.put("c", { third: 1 }), things.put("d", { second: 1, text: "short" }));
  await store.close();
  const again = await opened(path, { maxSize: 2 ** 20 });
  expect(await again.entries(things, { limit: Infinity })).toEqual([
    ["a", { first: 1 }],
    ["c", { third: 1 }],
    ["d", { second: 1, text: "short" }],
  ]);
});

test("a damaged file is an error that names the newest backup, and stays as it is", async () => {
  const path = newPath();
  await withNotes(path, 500);
  const store = await opened(path);
  const older = join(dirname(path), "older.lmdb");
  const newer = join(dirname(path), "newer.lmdb");
  const gone = join(dirname(path), "gone.lmdb");
  for (const backup of [older, newer, gone]) await store.backupTo(backup);
  fs.rmSync(gone);
  await store.close();
  damage(path, "250 250 ");
  const damaged = fs.readFileSync(path);
  await expect(openLmdbStore(path, { collections: ["notes"] })).rejects.toMatchObject({
    code: "LMDB_STORE_DAMAGED",
    path,
    backupPath: newer,
    reason: expect.stringContaining("checksum") as string,
  });
  expect(fs.readFileSync(path).equals(damaged)).toBe(true);

  fs.copyFileSync(newer, path);
  const restored = await opened(path);
  expect(await restored.entries(notes, { limit: Infinity })).toHaveLength(500);
});

test("a damaged file is set aside when that was asked for, and whoever listens is told", async () => {
  const path = newPath();
  await withNotes(path, 100);
  fs.truncateSync(path, 9000);
  const damaged = fs.readFileSync(path);
  const warnings: Warning[] = [];
  const onWarning = (warning: Warning): void => void warnings.push(warning);
  const store = await opened(path, { damaged: "quarantine", onWarning });
  expect(warnings).toMatchObject([
    { code: "LMDB_STORE_QUARANTINED", message: expect.stringContaining("no backup") as string },
  ]);
  const aside = warnings[0]?.path ?? "";
  expect(basename(aside)).toMatch(/^records\.lmdb\.broken-\d+$/);
  expect(fs.readFileSync(aside).equals(damaged)).toBe(true);
  await store.transact([], putNote("a"));
  expect(await store.entries(notes, { limit: Infinity })).toEqual([["a", "text"]]);
});

test("what was damaged while the times stay as they are is found when it is read, or verified", async () => {
  const path = newPath();
  await withNotes(path, 500);
  const store = await opened(path);
  expect(await store.verify()).toMatchObject({ collections: [{ name: "notes", records: 500 }] });
  damage(path, "250 250 ");
  await expect(store.get(notes.at("key 250"))).rejects.toMatchObject({
    code: "REGISTRY_RECORD_CORRUPT",
    collection: "notes",
    key: "key 250",
  });
  await expect(store.verify()).rejects.toMatchObject({ code: "LMDB_STORE_DAMAGED" });
  expect(await store.get(notes.at("key 249"))).toContain("249");
});

test("a file that is taken away, replaced or cut while it is open is an error of the next transaction", async () => {
  const path = newPath();
  await withNotes(path, 500);
  const store = await opened(path);
  fs.renameSync(path, `${path}.away`);
  const replaced = { code: "LMDB_STORE_REPLACED", path };
  await expect(store.transact([], putNote("a"))).rejects.toMatchObject(replaced);
  fs.copyFileSync(`${path}.away`, path);
  expect(() => store.sync.transact([], putNote("a"))).toThrow(
    expect.objectContaining(replaced) as Error,
  );
  fs.renameSync(`${path}.away`, path);
  await store.transact([], putNote("a"));
  const { size } = fs.statSync(path);
  fs.truncateSync(path, size - 4096);
  const cut = { code: "LMDB_STORE_DAMAGED" };
  await expect(store.transact([], putNote("b"))).rejects.toMatchObject(cut);
});

test("a database of another program is refused, and stays", async () => {
  const path = newPath();
  const root = open<string, string>({ path });
  const database = root.openDB<string, string>({ name: "notes" });
  await database.put("a", "theirs");
  await root.close();
  await expect(openLmdbStore(path, { collections: ["notes"] })).rejects.toMatchObject({
    code: "LMDB_STORE_FOREIGN",
    path,
  });
  const again = open<string, string>({ path });
  expect(again.openDB<string, string>({ name: "notes" }).get("a")).toBe("theirs");
  await again.close();
});

test("a folder, a pipe and a text are no databases", async () => {
  const folder = temporaryFolder();
  const text = join(folder, "text");
  fs.writeFileSync(text, "text ".repeat(10_000));
  const options = { collections: ["notes"] };
  await expect(openLmdbStore(folder, options)).rejects.toMatchObject({
    code: "LMDB_STORE_FOREIGN",
  });
  await expect(openLmdbStore(text, options)).rejects.toMatchObject({ code: "LMDB_STORE_FOREIGN" });
  await expect(openLmdbStore(join(text, "a"), options)).rejects.toThrow(/ENOTDIR|EEXIST/);
});

test("what somebody else has written into an open database is looked at when it is opened next", async () => {
  const path = newPath();
  await withNotes(path, 500);
  const store = await opened(path);
  damage(path, "250 250 ");
  await store.transact([], putNote("a"));
  await store.close();
  await expect(openLmdbStore(path, { collections: ["notes"] })).rejects.toMatchObject({
    code: "LMDB_STORE_DAMAGED",
  });
});

test("a file is known as its store has left it, whoever opens it in between, until somebody touches it", async () => {
  const path = newPath();
  await withNotes(path, 100);
  expect(isInKnownState(path)).toBe(true);
  const store = await opened(path, { collections: ["notes", "others"] });
  expect(isInKnownState(path)).toBe(true);
  await store.transact([], putNote("a", "x".repeat(2 ** 20)));
  expect(isInKnownState(path)).toBe(true);
  expect(await store.get(notes.at("key 5"))).toBeDefined();
  await store.backupTo(`${path}.copy`);
  await store.close();
  expect(isInKnownState(path)).toBe(true);
  fs.chmodSync(path, 0o640);
  expect(isInKnownState(path)).toBe(false);
  await (await openLmdbStore(path, { collections: ["notes"] })).close();
  expect(isInKnownState(path)).toBe(true);
});

test("a failure that nobody waits for is not swallowed", async () => {
  const program = new URL("../test/programs/forgotten-failure.ts", import.meta.url).pathname;
  const { code, stderr } = await endOf(runTypeScript(program, [newPath()]));
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("forgotten") });
});

test("what can never fit is refused before the disk is taken for it", async () => {
  const path = newPath();
  const store = await opened(path, { maxSize: 4 * 2 ** 20 });
  const put = putNote("a", "x".repeat(5 * 2 ** 20));
  await expect(store.transact([], put)).rejects.toMatchObject({ code: "LMDB_STORE_FULL" });
  expect(fs.statSync(path).size).toBeLessThan(2 ** 20);
});

test("a database that another part of this process has open is refused", async () => {
  const path = newPath();
  await withNotes(path, 1);
  const root = open({ path, noSubdir: true, overlappingSync: false });
  try {
    await expect(openLmdbStore(path, { collections: ["notes"] })).rejects.toMatchObject({
      code: "LMDB_STORE_OPEN_FAILED",
      reason: expect.stringMatching(/another thread or by another copy of this package/) as string,
    });
  } finally {
    await root.close();
  }
  await opened(path);
});

test("a transaction whose lock is taken away is not made", async () => {
  const path = newPath();
  const store = await opened(path);
  const steal = (): Decision<void> => {
    fs.rmSync(`${path}.lock`);
    return putNote("a")();
  };
  expect(() => store.sync.transact([], steal)).toThrow(
    expect.objectContaining({ code: "ATOMIC_FS_LOCK_LOST" }) as Error,
  );
  await expect(store.transact([], steal)).rejects.toMatchObject({ code: "ATOMIC_FS_LOCK_LOST" });
  expect(await store.get(notes.at("a"))).toBeUndefined();
  await store.transact([], putNote("b"));
});

test("a schema may use the store while a range is read", async () => {
  const path = newPath();
  await withNotes(path, 200);
  const store = await opened(path);
  let parsed = 0;
  const busy = collection("notes", {
    parse(raw) {
      parsed += 1;
      store.sync.transact([], putNote(`new ${parsed}`, "x".repeat(3000)));
      return store.sync.get(notes.at(`new ${parsed}`)) === undefined ? undefined : raw;
    },
  });
  const entries = store.sync.entries(busy, { gte: "key ", lt: "key:", limit: Infinity });
  expect(entries).toHaveLength(200);
  expect(entries.every(([, value]) => typeof value === "string")).toBe(true);
});

test("a backup does not take the place of what belongs to the database", async () => {
  const path = newPath();
  const store = await opened(path);
  for (const end of ["", "-lock", ".state", ".backups", ".lock"]) {
    await expect(store.backupTo(path + end)).rejects.toThrow(TypeError);
  }
  fs.writeFileSync(join(dirname(path), "letter"), "mine");
  const exists = { code: "LMDB_STORE_EXISTS" };
  await expect(store.backupTo(join(dirname(path), "letter"))).rejects.toMatchObject(exists);
  expect(fs.readFileSync(join(dirname(path), "letter"), "utf8")).toBe("mine");
  await store.backupTo(join(dirname(path), "new/folder/backup.lmdb"));
  await store.backupTo(join(dirname(path), "new/folder/backup.lmdb"));
});

test("when others have the lock all the time, closing is refused, and can be done later", async () => {
  const path = newPath();
  const store = await openLmdbStore(path, { collections: ["notes"], timeoutMilliseconds: 20 });
  let release = (): void => {};
  const until = new Promise<void>((resolve) => (release = resolve));
  let isTaken = (): void => {};
  const taken = new Promise<void>((resolve) => (isTaken = resolve));
  const holding = withFileLock(path, () => {
    isTaken();
    return until;
  });
  await taken;
  await expect(store.close()).rejects.toMatchObject({ code: "ATOMIC_FS_LOCKED" });
  release();
  await holding;
  const again = await opened(path, { timeoutMilliseconds: 20 });
  await again.transact([], putNote("a"));
});

test("a collection whose name was changed in the file is damaged, not empty", async () => {
  const path = newPath();
  await withNotes(path, 10);
  const bytes = fs.readFileSync(path);
  for (let at = bytes.indexOf("notes\0"); at !== -1; at = bytes.indexOf("notes\0", at + 1)) {
    bytes[at] = "m".charCodeAt(0);
  }
  fs.writeFileSync(path, bytes);
  await expect(openLmdbStore(path, { collections: ["notes"] })).rejects.toMatchObject({
    code: "LMDB_STORE_DAMAGED",
    reason: expect.stringContaining("another name") as string,
  });
});

test("a database that was emptied is damaged, one that was removed begins anew", async () => {
  const path = newPath();
  await withNotes(path, 10);
  fs.truncateSync(path, 0);
  const damaged = { code: "LMDB_STORE_DAMAGED", reason: "it is empty" };
  await expect(openLmdbStore(path, { collections: ["notes"] })).rejects.toMatchObject(damaged);
  fs.rmSync(path);
  const store = await opened(path);
  expect(await store.entries(notes, { limit: Infinity })).toEqual([]);
});

test("a last page that lies far behind the end of the file is damage", async () => {
  const path = newPath();
  await withNotes(path, 10);
  const bytes = fs.readFileSync(path);
  for (const meta of [0, 4096]) bytes.writeBigUInt64LE(1000n, meta + 144);
  fs.writeFileSync(path, bytes);
  await expect(openLmdbStore(path, { collections: ["notes"] })).rejects.toMatchObject({
    code: "LMDB_STORE_DAMAGED",
  });
});

test("what was one of ours is damaged, whatever else it looks like", async () => {
  const path = newPath();
  await withNotes(path, 10);
  fs.writeFileSync(path, "text ".repeat(10_000));
  await expect(openLmdbStore(path, { collections: ["notes"] })).rejects.toMatchObject({
    code: "LMDB_STORE_DAMAGED",
  });
});

test("a file that is cut while it is open is an error of every call", async () => {
  const path = newPath();
  await withNotes(path, 2_000);
  const store = await opened(path);
  fs.truncateSync(path, 8192);
  const cut = { code: "LMDB_STORE_DAMAGED" };
  await expect(store.verify()).rejects.toMatchObject(cut);
  await expect(store.backupTo(`${path}.copy`)).rejects.toMatchObject(cut);
  await expect(store.get(notes.at("key 5"))).rejects.toMatchObject(cut);
  await expect(store.entries(notes, { limit: Infinity })).rejects.toMatchObject(cut);
  await expect(store.transact([], putNote("a"))).rejects.toMatchObject(cut);
});

test("a backup is a whole database of its own, and replaces an older one only when it is", async () => {
  const path = newPath();
  await withNotes(path, 300);
  const store = await opened(path);
  const backup = join(dirname(path), "backup.lmdb");
  const report = await store.backupTo(backup);
  expect(report).toMatchObject({ path: backup, collections: [{ name: "notes", records: 300 }] });
  await store.transact([], putNote("later"));
  const copy = await opened(backup);
  expect(await copy.entries(notes, { limit: Infinity })).toHaveLength(300);
  await copy.close();
  await store.backupTo(backup);
  const newer = await opened(backup);
  expect(await newer.get(notes.at("later"))).toBe("text");
  await expect(store.backupTo(path)).rejects.toThrow(TypeError);
  await expect(store.backupTo(join(path, "a"))).rejects.toThrow(/ENOTDIR/);
  expect(fs.readdirSync(dirname(path)).filter((name) => name.startsWith("."))).toEqual([]);
});

test("backups and checks go on beside transactions", async () => {
  const path = newPath();
  await withNotes(path, 2_000);
  const store = await opened(path, { maxSize: 4 * 2 ** 20 });
  const done = new AbortController();
  const writing = async (): Promise<number> => {
    let written = 0;
    for (; !done.signal.aborted; written += 1)
      await store.transact([], putNote(`new ${written % 50}`));
    return written;
  };
  const looking = async (): Promise<void> => {
    for (let round = 0; round < 5; round += 1) {
      await store.verify();
      await store.backupTo(join(dirname(path), `backup ${round % 2}`));
    }
    done.abort();
  };
  const [written] = await Promise.all([writing(), looking()]);
  expect(written).toBeGreaterThan(0);
  expect(await store.verify()).toMatchObject({ collections: [{ name: "notes" }] });
});

test("a store in memory leaves nothing on disk, and can be backed up to a file", async () => {
  const folder = temporaryFolder();
  const before = process.cwd();
  process.chdir(folder);
  onTestFinished(() => process.chdir(before));
  const store = await opened(":memory:");
  await store.transact([], putNote("a"));
  expect(await store.verify()).toMatchObject({ collections: [{ name: "notes", records: 1 }] });
  expect(fs.readdirSync(folder)).toEqual([]);
  const backup = join(folder, "backup.lmdb");
  await store.backupTo(backup);
  await store.backupTo(backup);
  const copy = await opened(backup);
  expect(await copy.entries(notes, { limit: Infinity })).toEqual([["a", "text"]]);
});

test("without file descriptors it is an error, and no signal", async () => {
  const program = new URL("../test/programs/few-descriptors.ts", import.meta.url).pathname;
  const { flags, command } = nodeRuntime;
  const script = 'ulimit -n 200; exec "$@"';
  const args = ["-c", script, "bash", command, ...flags, program, temporaryFolder()];
  const { code, signal, stdout } = await endOf(spawn("bash", args));
  expect({ code, signal }).toEqual({ code: 0, signal: null });
  const outcomes = stdout.trim().split("\n");
  expect(outcomes[0]).toMatch(/EMFILE/);
  expect(outcomes.at(-1)).toBe("opened");
});

test("no native code is loaded before a file was opened, and none for a damaged one", async () => {
  const path = newPath();
  fs.writeFileSync(path, "text ".repeat(5_000));
  const program = new URL("../test/programs/loaded-code.ts", import.meta.url).pathname;
  const { stdout, stderr } = await endOf(runTypeScript(program, [path]));
  expect({ stdout, stderr }).toEqual({
    stdout: "imported: no\nin memory: no\ndamaged: no\nopened: yes\n",
    stderr: "",
  });
});
