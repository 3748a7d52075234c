import { mkdirSync, readdirSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { ownIdentity } from "../processes/process-identity.ts";
import { withFileLock, withFileLockSync } from "./with-file-lock.ts";

test("the result and the failure of the section are the caller's, and the lock is free afterwards", async () => {
  const file = join(temporaryFolder(), "file");
  expect(await withFileLock(file, () => 42)).toBe(42);
  await expect(
    withFileLock(file, () => Promise.reject(new Error("section failed"))),
  ).rejects.toThrow("section failed");
  expect(readdirSync(join(file, ".."))).toEqual([]);
});

test("calls of one process take turns, in order", async () => {
  const file = join(temporaryFolder(), "file");
  const seen: string[] = [];
  const calls = [1, 2, 3].map((number) =>
    withFileLock(file, async () => {
      seen.push(`${number} in`);
      await new Promise(setImmediate);
      seen.push(`${number} out`);
    }),
  );
  await Promise.all(calls);
  expect(seen).toEqual(["1 in", "1 out", "2 in", "2 out", "3 in", "3 out"]);
});

test("two names of one file have one lock", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "real"));
  writeFileSync(join(folder, "real/file"), "");
  symlinkSync("real", join(folder, "linked"));
  symlinkSync("file", join(folder, "real/alias"));
  for (const other of ["linked/file", "real/alias", "linked/../real/file"]) {
    const nested = withFileLock(join(folder, "real/file"), () =>
      withFileLock(`${folder}/${other}`, () => "both"),
    );
    await expect(nested).rejects.toThrow(TypeError);
  }
});

test("two spellings of one folder have one lock", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "real"));
  symlinkSync("real", join(folder, "linked"));
  for (const other of ["real/", "real/.", "linked", "linked/"]) {
    const nested = withFileLock(join(folder, "real"), () =>
      withFileLock(`${folder}/${other}`, () => "both"),
    );
    await expect(nested).rejects.toThrow(TypeError);
  }
});

test("a section may lock another file, and work it started may lock again once it is over", async () => {
  const folder = temporaryFolder();
  const file = join(folder, "file");
  let later: Promise<string> | undefined;
  const inner = await withFileLock(file, () => {
    later = new Promise(setImmediate).then(() => withFileLock(file, () => "later"));
    return withFileLock(join(folder, "other"), () => "inner");
  });
  expect([inner, await later]).toEqual(["inner", "later"]);
});

test("a call of this process that waits too long names this process", async () => {
  const file = join(temporaryFolder(), "file");
  let release = (): void => {};
  const first = withFileLock(file, () => new Promise<void>((resolve) => (release = resolve)));
  const second = withFileLock(file, () => "second", { timeoutMilliseconds: 20 });
  await expect(second).rejects.toMatchObject({
    code: "ATOMIC_FS_LOCKED",
    holder: { pid: process.pid, isThisProcess: true },
  });
  release();
  await first;
  expect(await withFileLock(file, () => "third")).toBe("third");
});

test.each([
  ["a file", (path: string) => writeFileSync(path, "not a lock")],
  ["a folder", (path: string) => mkdirSync(path)],
  ["a foreign link", (path: string) => symlinkSync("/nowhere", path)],
  ["a lock of another machine", (path: string) => symlinkSync("1-other-0-0-1-1-abcdefgh", path)],
])("%s in the lock's place is not removed", async (_title, occupy) => {
  const folder = temporaryFolder();
  const file = join(folder, "file");
  occupy(`${file}.lock`);
  const section = withFileLock(file, () => "robbed", { timeoutMilliseconds: 10 });
  await expect(section).rejects.toMatchObject({ code: "ATOMIC_FS_LOCKED" });
  expect(readdirSync(folder)).toEqual(["file.lock"]);
});

test("a missing folder is an error at once", async () => {
  const section = withFileLock(join(temporaryFolder(), "missing/file"), () => "never");
  await expect(section).rejects.toMatchObject({ code: "ATOMIC_FS_IO", cause: { code: "ENOENT" } });
});

test("a call that waits behind another of its process names the holder that both wait for", async () => {
  const file = join(temporaryFolder(), "file");
  const { machine, boot, namespace } = ownIdentity();
  symlinkSync(["1", machine, boot, namespace, "1", "0", "abcdefgh"].join("-"), `${file}.lock`);
  const first = withFileLock(file, () => {}, { timeoutMilliseconds: 60 });
  const second = withFileLock(file, () => {}, { timeoutMilliseconds: 20 });
  await expect(second).rejects.toMatchObject({ holder: { pid: 1, state: "unknown" } });
  await expect(first).rejects.toMatchObject({ holder: { pid: 1, state: "unknown" } });
});

test("a time-out may be endless, and must be a number of milliseconds", async () => {
  const file = join(temporaryFolder(), "file");
  let release = (): void => {};
  const first = withFileLock(file, () => new Promise<void>((resolve) => (release = resolve)));
  const second = withFileLock(file, () => "second", { timeoutMilliseconds: Infinity });
  await new Promise(setImmediate);
  release();
  await first;
  expect(await second).toBe("second");
  for (const timeoutMilliseconds of [Number.NaN, -1]) {
    await expect(withFileLock(file, () => "x", { timeoutMilliseconds })).rejects.toThrow(TypeError);
  }
});

test("a lock that is taken away in the section is an error, at the fence and at the end", async () => {
  const file = join(temporaryFolder(), "file");
  const lost = { code: "ATOMIC_FS_LOCK_LOST", path: file, lockPath: `${file}.lock` };
  const atFence = withFileLock(file, (lock) => {
    unlinkSync(`${file}.lock`);
    lock.assertHeld();
  });
  await expect(atFence).rejects.toMatchObject(lost);
  const atEnd = withFileLock(file, (lock) => {
    lock.assertHeld();
    unlinkSync(`${file}.lock`);
  });
  await expect(atEnd).rejects.toMatchObject(lost);
  const toAnother = (): void => {
    unlinkSync(`${file}.lock`);
    symlinkSync("1-other-0-0-1-1-abcdefgh", `${file}.lock`);
  };
  expect(() => withFileLockSync(file, toAnother)).toThrow(expect.objectContaining(lost));
  // The other one's lock is not touched.
  expect(readdirSync(join(file, ".."))).toEqual(["file.lock"]);
});

test("a synchronous section gives its result, and one that gives a promise is refused", async () => {
  const file = join(temporaryFolder(), "file");
  expect(withFileLockSync(file, () => 42)).toBe(42);
  // @ts-expect-error: a promise
  expect(() => withFileLockSync(file, () => Promise.resolve(42))).toThrow(TypeError);
  expect(() =>
    withFileLockSync(file, () => {
      throw new Error("section failed");
    }),
  ).toThrow("section failed");
  await withFileLock(file, () => {
    expect(() => withFileLockSync(file, () => {})).toThrow(
      expect.objectContaining({
        code: "ATOMIC_FS_LOCKED",
        holder: { pid: process.pid, state: "alive", isThisProcess: true },
      }),
    );
  });
  expect(readdirSync(join(file, ".."))).toEqual([]);
});

test("a lock that cannot be given back is a typed error, behind the section's own failure", async () => {
  const folder = temporaryFolder();
  const file = join(folder, "sub/file");
  const breakLockFolder = (): void => {
    rmSync(join(folder, "sub"), { recursive: true });
    writeFileSync(join(folder, "sub"), "a file where the folder was");
  };
  mkdirSync(join(folder, "sub"));
  await expect(withFileLock(file, breakLockFolder)).rejects.toMatchObject({
    code: "ATOMIC_FS_NOT_DIRECTORY",
    path: `${file}.lock`,
  });
  rmSync(join(folder, "sub"));
  mkdirSync(join(folder, "sub"));
  const failing = withFileLock(file, () => {
    breakLockFolder();
    throw new Error("the section's own");
  });
  await expect(failing).rejects.toThrow("the section's own");
});
