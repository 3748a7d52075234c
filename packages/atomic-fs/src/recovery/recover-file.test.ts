import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";

import { expect, onTestFinished, test } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { failing } from "../../test/failing.ts";
import { leaveOrphan } from "../../test/orphan.ts";
import { syncFileCalls } from "../file-calls.ts";
import { withFileLock } from "../locks/with-file-lock.ts";
import { quarantineFile } from "./quarantine-file.ts";
import { recoverFile } from "./recover-file.ts";

const read = (path: string): string => readFileSync(path, "utf8");
const namesBeside = (path: string): string[] => readdirSync(dirname(path)).toSorted();

function fileWith(content: string, seconds: number, name = "state.json"): string {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, content, { mode: 0o640 });
  utimesSync(file, seconds, seconds);
  return file;
}

test("a missing file comes back from the newest complete write that was cut short", async () => {
  const file = join(temporaryFolder(), "state.json");
  const older = leaveOrphan(file, { intended: '{"n":1}', seconds: 1_000 });
  const newest = leaveOrphan(file, { intended: '{"n":2}', seconds: 2_000 });
  const half = leaveOrphan(file, { intended: '{"n":3}', content: '{"n":', seconds: 3_000 });
  const recovery = await recoverFile(file);
  expect(recovery).toMatchObject({ outcome: "recovered", from: newest, aside: undefined });
  expect(read(file)).toBe('{"n":2}');
  if (recovery.outcome !== "recovered") return;
  expect(recovery.archived.map(read)).toEqual(['{"n":', '{"n":1}']);
  expect(recovery.archived.map((path) => path.replace(/\.broken-\d+$/, ""))).toEqual([half, older]);
  expect(namesBeside(file)).toHaveLength(3);
});

test("who recovers may say, under the lock, which write may take the place; one that may not stays", async () => {
  const file = join(temporaryFolder(), "state.json");
  const older = leaveOrphan(file, { intended: '{"n":1}', seconds: 1_000 });
  const newest = leaveOrphan(file, { intended: '{"n":2}', seconds: 2_000 });
  expect(await recoverFile(file, { accepts: () => false })).toEqual({
    outcome: "unrecoverable",
    state: "missing",
    archived: [],
  });
  const asked: string[] = [];
  const accepts = ({ path }: { readonly path: string }): boolean => {
    expect(namesBeside(file)).toContain(`${basename(file)}.lock`);
    asked.push(path);
    return path === older;
  };
  const recovery = await recoverFile(file, { accepts });
  expect(recovery).toMatchObject({ outcome: "recovered", from: older, archived: [] });
  expect([asked, read(file), existsSync(newest)]).toEqual([[newest, older], '{"n":1}', true]);
});

test("an invalid file is set aside, and keeps its mode; a newer write takes its place", async () => {
  const file = fileWith('{"n":', 1_000);
  chmodSync(file, 0o640);
  const orphan = leaveOrphan(file, { intended: '{"n":2}', seconds: 1_000.5 });
  const recovery = await recoverFile(file);
  expect(read(file)).toBe('{"n":2}');
  expect(statSync(file).mode & 0o777).toBe(0o640);
  expect(recovery).toMatchObject({ outcome: "recovered", from: orphan, archived: [] });
  if (recovery.outcome !== "recovered") return;
  expect(read(recovery.aside ?? "")).toBe('{"n":');
  expect(namesBeside(file)).toEqual([basename(file), basename(recovery.aside ?? "")]);
});

test("the mode is that of the file, less what the writer did not grant to others", async () => {
  for (const [mode, granted, expected] of [
    [0o644, 0o600, 0o600],
    [0o600, 0o644, 0o600],
    [0o755, 0o640, 0o740],
    [undefined, 0o4777, 0o777],
  ] as const) {
    const file = join(temporaryFolder(), "state.json");
    if (mode !== undefined) {
      writeFileSync(file, "broken");
      chmodSync(file, mode);
      utimesSync(file, 1_000, 1_000);
    }
    chmodSync(leaveOrphan(file, { intended: "{}", seconds: 2_000 }), granted);
    expect(await recoverFile(file)).toMatchObject({ outcome: "recovered" });
    expect(statSync(file).mode & 0o7777).toBe(expected);
  }
});

test("what may have another writer, and what cannot be read, leaves its place to the next one", async () => {
  const file = join(temporaryFolder(), "state.json");
  const good = leaveOrphan(file, { intended: "[1]", seconds: 1_000 });
  const linked = leaveOrphan(file, { intended: "[2]", seconds: 2_000 });
  linkSync(linked, join(dirname(file), "another name"));
  const huge = leaveOrphan(file, { intended: "[3]" });
  truncateSync(huge, 2 ** 33);
  expect(await recoverFile(file)).toMatchObject({ outcome: "recovered", from: good });
  expect(read(file)).toBe("[1]");
});

test("one that this user may not read is an error, and stays", async () => {
  const file = join(temporaryFolder(), "state.json");
  const orphan = leaveOrphan(file, { intended: "[1]" });
  const original = { ...syncFileCalls };
  onTestFinished(() => void Object.assign(syncFileCalls, original));
  syncFileCalls.open = (path, flags, mode) =>
    path === orphan ? failing("EACCES")() : original.open(path, flags, mode);
  await expect(recoverFile(file)).rejects.toMatchObject({ code: "ATOMIC_FS_ACCESS_DENIED" });
  expect(namesBeside(file)).toEqual([basename(orphan)]);
});

test("what was set aside as a copy, or was to be, is no newer than the file was", async () => {
  const file = fileWith("broken", 1_000);
  const orphan = leaveOrphan(file, { intended: "{}", seconds: 2_000 });
  const aside = await quarantineFile(file, { keep: true });
  expect(statSync(aside).mtimeMs).toBe(1_000_000);
  unlinkSync(file);
  writeFileSync(`${file}.broken-1`, "");
  expect(await recoverFile(file)).toMatchObject({ outcome: "recovered", from: orphan });
});

test("the same damage, recovered from again and again, is kept once", async () => {
  const file = join(temporaryFolder(), "state.json");
  for (let time = 1; time < 70; time += 1) {
    writeFileSync(file, "the same damage");
    utimesSync(file, time * 10, time * 10);
    leaveOrphan(file, { intended: "{}", seconds: time * 10 + 5 });
    expect(await recoverFile(file)).toMatchObject({ outcome: "recovered" });
  }
  expect(namesBeside(file)).toHaveLength(2);
});

/** Lets it happen right before the n-th file call; gives how many calls there were, and the error's code. */
async function recoverWith(
  file: string,
  before: number,
  happen: () => void,
): Promise<{ calls: number; code: unknown }> {
  const original = { ...syncFileCalls };
  let calls = 0;
  for (const [name, call] of Object.entries(original)) {
    const counted = (...args: never[]): unknown => {
      calls += 1;
      if (calls === before) happen();
      return Reflect.apply(call, undefined, args);
    };
    Reflect.set(syncFileCalls, name, counted);
  }
  try {
    await recoverFile(file);
    return { calls, code: undefined };
  } catch (error) {
    return { calls, code: Object(error).code };
  } finally {
    Object.assign(syncFileCalls, original);
  }
}

test.each(["nothing", "a failure of each link", "a failure of each sync"])(
  "a writer without the lock, at any moment of a recovery with %s, is never undone",
  async (fault) => {
    const folder = temporaryFolder();
    for (let before = 1; ; before += 1) {
      const file = join(folder, `${before}.json`);
      writeFileSync(file, "broken");
      utimesSync(file, 1_000, 1_000);
      leaveOrphan(file, { intended: '"recovered"', seconds: 2_000 });
      const { calls, code } = await recoverWith(file, before, () => {
        const aside = `${file}.writing`;
        writeFileSync(aside, '"newer"');
        renameSync(aside, file);
        if (fault === "a failure of each link") syncFileCalls.link = failing("EIO");
        if (fault === "a failure of each sync") syncFileCalls.fsync = failing("EIO");
      });
      if (calls < before) break;
      expect([undefined, "ATOMIC_FS_IO"]).toContain(code);
      expect([read(file), before]).toEqual(['"newer"', before]);
    }
  },
);

test("a lock that was taken away stops a recovery before it changes anything", async () => {
  const file = fileWith("broken", 1_000);
  leaveOrphan(file, { intended: "{}", seconds: 2_000 });
  const before = namesBeside(file);
  const validate = (content: Uint8Array): boolean => {
    const lock = lstatSync(`${file}.lock`, { throwIfNoEntry: false });
    if (lock !== undefined) unlinkSync(`${file}.lock`);
    return Buffer.from(content).toString() === "{}";
  };
  await expect(recoverFile(file, { validate })).rejects.toMatchObject({
    code: "ATOMIC_FS_LOCK_LOST",
  });
  expect(namesBeside(file)).toEqual(before);
  expect(read(file)).toBe("broken");
});

test("a valid file is never replaced; what could once take its place is archived", async () => {
  const file = fileWith('{"n":1}', 1_000);
  leaveOrphan(file, { intended: '{"n":2}', seconds: 2_000 });
  const alive = leaveOrphan(file, { intended: '{"n":3}', writer: "alive" });
  const recovery = await recoverFile(file);
  expect(recovery.outcome).toBe("intact");
  expect(recovery.archived.map(read)).toEqual(['{"n":2}']);
  expect([file, alive].map(read)).toEqual(['{"n":1}', '{"n":3}']);
  expect(await recoverFile(file)).toEqual({ outcome: "intact", archived: [] });
  unlinkSync(file);
  expect(await recoverFile(file)).toMatchObject({ outcome: "unrecoverable", archived: [] });
});

test("what was set aside before is not gone back behind", async () => {
  const file = fileWith("broken", 3_000);
  leaveOrphan(file, { intended: "{}", seconds: 2_000 });
  await quarantineFile(file);
  expect(await recoverFile(file)).toMatchObject({ outcome: "unrecoverable", state: "missing" });
});

test("nothing older, and nothing of the same age, takes the place of an invalid file", async () => {
  const file = fileWith("broken", 2_000);
  const older = leaveOrphan(file, { intended: '{"n":1}', seconds: 1_000 });
  const same = leaveOrphan(file, { intended: '{"n":2}', seconds: 2_000 });
  const recovery = await recoverFile(file);
  expect(recovery).toMatchObject({ outcome: "unrecoverable", state: "invalid" });
  expect(read(file)).toBe("broken");
  expect(existsSync(older) || existsSync(same)).toBe(false);
  if (recovery.outcome !== "unrecoverable") return;
  expect(recovery.archived.map(read)).toEqual(['{"n":2}', '{"n":1}']);
});

test("half of a text is not taken for a whole one", async () => {
  const file = join(temporaryFolder(), "STATE.md");
  leaveOrphan(file, { intended: "# State\n\nall of it\n", content: "# State\n", seconds: 2_000 });
  expect(await recoverFile(file)).toMatchObject({ outcome: "unrecoverable", state: "missing" });
  expect(existsSync(file)).toBe(false);
});

test("files of a living and of an unknown writer are left where they are", async () => {
  const file = join(temporaryFolder(), "state.json");
  leaveOrphan(file, { intended: '{"n":1}', writer: "alive" });
  writeFileSync(`${file}.tmp`, '{"n":2}');
  writeFileSync(`${file}.tmp.${process.pid}`, '{"n":3}');
  const before = namesBeside(file);
  expect(await recoverFile(file)).toEqual({
    outcome: "unrecoverable",
    state: "missing",
    archived: [],
  });
  expect(namesBeside(file)).toEqual(before);
});

test.each(["STATE.md.tmp.99999999", "STATE.md.99999999.tmp"])(
  "what a tool without such names has left is recovered too: %s",
  async (name) => {
    const file = join(temporaryFolder(), "STATE.md");
    const orphan = join(dirname(file), name);
    writeFileSync(orphan, "# State\n");
    expect(await recoverFile(file)).toMatchObject({ outcome: "recovered", from: orphan });
    expect(read(file)).toBe("# State\n");
    expect(namesBeside(file)).toEqual(["STATE.md"]);
  },
);

test.runIf(process.getuid?.() === 0)(
  "what another user left in a folder is not this user's",
  async () => {
    const file = fileWith("broken", 1_000);
    const orphan = leaveOrphan(file, { intended: "{}", seconds: 2_000 });
    chownSync(orphan, 12_345, 12_345);
    expect(await recoverFile(file)).toMatchObject({ outcome: "unrecoverable", archived: [] });
    chownSync(file, 12_345, 12_345);
    expect(await recoverFile(file)).toMatchObject({ outcome: "recovered", from: orphan });
  },
);

test("a validator of one's own decides what is valid", async () => {
  const file = fileWith('{"version": 9}', 1_000);
  leaveOrphan(file, { intended: '{"version": 8}', seconds: 3_000 });
  const good = leaveOrphan(file, { intended: '{"version": 1}', seconds: 2_000 });
  const validate = (content: Uint8Array): void => {
    const { version } = JSON.parse(Buffer.from(content).toString()) as { version: number };
    if (version !== 1) throw new Error(`there is no version ${version}`);
  };
  expect(await recoverFile(file, { validate })).toMatchObject({ outcome: "recovered", from: good });
  expect(read(file)).toBe('{"version": 1}');
});

test("behind a link, the file is recovered, and the link stays", async () => {
  const file = join(temporaryFolder(), "real.json");
  const link = join(temporaryFolder(), "link.json");
  symlinkSync(file, link);
  leaveOrphan(file, { intended: "{}" });
  expect(await recoverFile(link)).toMatchObject({ outcome: "recovered" });
  expect(read(file)).toBe("{}");
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
});

test("a recovery is of the file that was meant when it was asked for", async () => {
  const root = temporaryFolder();
  for (const name of ["a", "b"]) {
    mkdirSync(join(root, name));
    writeFileSync(join(root, name, "x"), "\0");
    utimesSync(join(root, name, "x"), 1, 1);
    leaveOrphan(join(root, name, "x"), { intended: `of ${name}`, seconds: 2 });
  }
  const before = process.cwd();
  onTestFinished(() => process.chdir(before));
  process.chdir(join(root, "a"));
  let open = (): void => {};
  const holding = withFileLock("x", () => new Promise<void>((resolve) => (open = resolve)));
  await setImmediate();
  const recovering = recoverFile("x");
  process.chdir(join(root, "b"));
  open();
  await Promise.all([holding, recovering]);
  expect(["a/x", "b/x"].map((name) => read(join(root, name)))).toEqual(["of a", "\0"]);
});

test("the longest names are recovered, and what is not used is archived", async () => {
  const file = join(temporaryFolder(), "n".repeat(200));
  leaveOrphan(file, { intended: "older", seconds: 2 });
  const newest = leaveOrphan(file, { intended: "newest", seconds: 3 });
  const recovery = await recoverFile(file);
  expect(recovery).toMatchObject({ outcome: "recovered", from: newest });
  if (recovery.outcome !== "recovered") return;
  expect(recovery.archived.map(read)).toEqual(["older"]);
  expect(recovery.archived.every((path) => path.startsWith(`${file}.broken-`))).toBe(true);
});

test("an error that comes after the recovery says that it is made", async () => {
  const file = join(temporaryFolder(), "state.json");
  leaveOrphan(file, { intended: "{}" });
  const original = { ...syncFileCalls };
  onTestFinished(() => void Object.assign(syncFileCalls, original));
  syncFileCalls.unlink = (path) =>
    path.endsWith(".lock") ? failing("EIO")() : original.unlink(path);
  await expect(recoverFile(file)).rejects.toMatchObject({ code: "ATOMIC_FS_IO", installed: true });
  expect(read(file)).toBe("{}");
});

test("a folder in the place of the file is an error, and a lock that is held is waited for", async () => {
  const folder = temporaryFolder();
  await expect(recoverFile(folder)).rejects.toMatchObject({ code: "ATOMIC_FS_IS_DIRECTORY" });
  const file = join(folder, "state.json");
  symlinkSync("1-elsewhere-0-0-1-1-abcdefgh", `${file}.lock`);
  await expect(recoverFile(file, { timeoutMilliseconds: 20 })).rejects.toMatchObject({
    code: "ATOMIC_FS_LOCKED",
  });
});
