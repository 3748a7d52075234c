import { mkdirSync, readdirSync, readlinkSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { deadOwner } from "../../test/dead-owner.ts";
import { failing } from "../../test/failing.ts";
import { syncFileCalls } from "../file-calls.ts";
import { breakLock, createOwner, lookAt, readOwner, releaseLock, takeLock } from "./lock-file.ts";

const lockIn = (folder: string): string => join(folder, "file.lock");
const namesIn = (lockPath: string): string[] => readdirSync(dirname(lockPath)).toSorted();

const files = syncFileCalls;

test("a lock names its owner, is taken once, and only its owner gives it back", () => {
  const lockPath = lockIn(temporaryFolder());
  const owner = createOwner();
  expect(takeLock(files, lockPath, owner)).toBe(true);
  expect(readlinkSync(lockPath)).toBe(owner);
  // Under 60 bytes the text stays in the inode of the link.
  expect(owner.length).toBeLessThan(60);
  expect(takeLock(files, lockPath, createOwner())).toBe(false);
  expect(lookAt(owner)).toMatchObject({ pid: process.pid, state: "alive", isThisProcess: true });
  expect(releaseLock(files, lockPath, createOwner())).toBe(false);
  expect(readlinkSync(lockPath)).toBe(owner);
  expect(releaseLock(files, lockPath, owner)).toBe(true);
  expect(namesIn(lockPath)).toEqual([]);
});

test.each([
  ["without symbolic links", { symlink: failing("EPERM") }],
  ["without links of any kind", { symlink: failing("ENOSYS"), link: failing("EPERM") }],
])("%s, a lock is a file that names its owner", (_title, calls) => {
  const lockPath = lockIn(temporaryFolder());
  const owner = createOwner();
  expect(takeLock({ ...files, ...calls }, lockPath, owner)).toBe(true);
  expect(readOwner(files, lockPath)).toBe(owner);
  expect(takeLock({ ...files, ...calls }, lockPath, createOwner())).toBe(false);
  // Who can make links gets it as little.
  expect(takeLock(files, lockPath, createOwner())).toBe(false);
  expect(namesIn(lockPath)).toEqual(["file.lock"]);
  expect(releaseLock({ ...files, ...calls }, lockPath, owner)).toBe(true);
  expect(namesIn(lockPath)).toEqual([]);
});

test("a leftover that cannot be removed does not make a taken lock look free", () => {
  const lockPath = lockIn(temporaryFolder());
  const owner = createOwner();
  const calls = { ...files, symlink: failing("EPERM"), unlink: failing("EBUSY") };
  expect(takeLock(calls, lockPath, owner)).toBe(true);
  expect(releaseLock(files, lockPath, owner)).toBe(true);
});

test("a lock that was made although the call says that it was there is taken", () => {
  const lockPath = lockIn(temporaryFolder());
  const symlink = (text: string, path: string): void => {
    symlinkSync(text, path);
    failing("EEXIST")();
  };
  expect(takeLock({ ...files, symlink }, lockPath, createOwner())).toBe(true);
  expect(takeLock({ ...files, symlink: failing("EEXIST") }, lockPath, createOwner())).toBe(false);
});

test("a lock file that cannot be written leaves nothing behind", () => {
  const lockPath = lockIn(temporaryFolder());
  const calls = { symlink: failing("EPERM"), write: failing("ENOSPC") };
  expect(() => takeLock({ ...files, ...calls }, lockPath, createOwner())).toThrow("ENOSPC");
  expect(namesIn(lockPath)).toEqual([]);
});

test.runIf(process.platform === "linux")("a dead owner's lock is freed, nothing is left", () => {
  // The name fills what a name can hold: the guard must not need more.
  const lockPath = join(temporaryFolder(), `${"n".repeat(250)}.lock`);
  const dead = deadOwner("abcdefgh");
  symlinkSync(dead, lockPath);
  expect(lookAt(dead)).toMatchObject({ state: "dead", nonce: "abcdefgh" });
  expect(breakLock(files, lockPath, dead, "abcdefgh")).toBe(true);
  expect(namesIn(lockPath)).toEqual([]);
});

test("a breaker that comes late finds another owner there, and leaves its lock alone", () => {
  const lockPath = lockIn(temporaryFolder());
  const successor = createOwner();
  takeLock(files, lockPath, successor);
  expect(breakLock(files, lockPath, deadOwner("abcdefgh"), "abcdefgh")).toBe(true);
  expect(readlinkSync(lockPath)).toBe(successor);
  expect(namesIn(lockPath)).toEqual(["file.lock"]);
});

test.runIf(process.platform === "linux")(
  "while one breaker is at it, another keeps its hands off",
  () => {
    const folder = temporaryFolder();
    const lockPath = lockIn(folder);
    const dead = deadOwner("abcdefgh");
    symlinkSync(dead, lockPath);
    const guardPath = join(folder, ".abcdefgh.lock");
    const breaker = createOwner();
    takeLock(files, guardPath, breaker);
    expect(breakLock(files, lockPath, dead, "abcdefgh")).toBe(false);
    expect(readlinkSync(lockPath)).toBe(dead);
    releaseLock(files, guardPath, breaker);
    expect(breakLock(files, lockPath, dead, "abcdefgh")).toBe(true);
  },
);

test.runIf(process.platform === "linux")(
  "a breaker that died in the act is followed like any holder",
  () => {
    const folder = temporaryFolder();
    const lockPath = lockIn(folder);
    const dead = deadOwner("abcdefgh");
    symlinkSync(dead, lockPath);
    symlinkSync(deadOwner("guardian"), join(folder, ".abcdefgh.lock"));
    expect(breakLock(files, lockPath, dead, "abcdefgh")).toBe(true);
    expect(namesIn(lockPath)).toEqual([]);
  },
);

test("what is no lock has an owner that nobody knows", () => {
  const lockPath = lockIn(temporaryFolder());
  expect(readOwner(files, lockPath)).toBeUndefined();
  mkdirSync(lockPath);
  expect(readOwner(files, lockPath)).toBe("");
  for (const text of ["", "1-a-b-c-0-1-abcdefgh", "2-a-b-c-1-1-abcdefgh", "1-a-b-c-1-1-ABC"]) {
    expect(lookAt(text)).toBeUndefined();
  }
});
