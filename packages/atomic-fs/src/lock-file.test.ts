import { readdirSync, readlinkSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { breakLock, tryLock, unlock } from "./lock-file.ts";
import { ownIdentity } from "./process-identity.ts";

const { machine, boot, namespace } = ownIdentity();

/** An owner of this machine whose process is gone: that pid belongs to a later one. */
const deadOwner = (nonce: string): string =>
  ["1", machine, boot, namespace, process.pid, "1", nonce].join("-");

const lockIn = (folder: string): string => join(folder, "file.lock");
const namesIn = (lockPath: string): string[] => readdirSync(dirname(lockPath)).toSorted();

test("a lock names its owner, is taken once, and only its owner gives it back", () => {
  const lockPath = lockIn(temporaryFolder());
  const first = tryLock(lockPath);
  const owner = first.taken ? first.owner : "";
  expect(readlinkSync(lockPath)).toBe(owner);
  // Under 60 bytes the text stays in the inode of the link.
  expect(owner.length).toBeLessThan(60);
  expect(tryLock(lockPath)).toEqual({
    taken: false,
    holder: { pid: process.pid, state: "alive", isThisProcess: true },
  });
  unlock(lockPath, deadOwner("abcdefgh"));
  expect(readlinkSync(lockPath)).toBe(owner);
  unlock(lockPath, owner);
  expect(namesIn(lockPath)).toEqual([]);
});

test.runIf(process.platform === "linux")(
  "a dead owner's lock is taken over, nothing is left",
  () => {
    // The name fills what a name can hold: the guard must not need more.
    const lockPath = join(temporaryFolder(), `${"n".repeat(250)}.lock`);
    symlinkSync(deadOwner("abcdefgh"), lockPath);
    expect(tryLock(lockPath)).toMatchObject({ taken: true });
    expect(namesIn(lockPath)).toHaveLength(1);
  },
);

test("a breaker that comes late finds another owner there, and leaves its lock alone", () => {
  const lockPath = lockIn(temporaryFolder());
  const successor = tryLock(lockPath);
  expect(breakLock(lockPath, deadOwner("abcdefgh"), "abcdefgh")).toMatchObject({ taken: true });
  expect(readlinkSync(lockPath)).toBe(successor.taken ? successor.owner : "");
  expect(namesIn(lockPath)).toEqual(["file.lock"]);
});

test.runIf(process.platform === "linux")(
  "while one breaker is at it, another keeps its hands off",
  () => {
    const folder = temporaryFolder();
    const lockPath = lockIn(folder);
    symlinkSync(deadOwner("abcdefgh"), lockPath);
    const guardPath = join(folder, ".abcdefgh.lock");
    const guard = tryLock(guardPath);
    expect(tryLock(lockPath)).toMatchObject({ taken: false, holder: { pid: process.pid } });
    expect(readlinkSync(lockPath)).toBe(deadOwner("abcdefgh"));
    unlock(guardPath, guard.taken ? guard.owner : "");
    expect(tryLock(lockPath)).toMatchObject({ taken: true });
  },
);

test.runIf(process.platform === "linux")(
  "a breaker that died in the act is followed like any holder",
  () => {
    const folder = temporaryFolder();
    const lockPath = lockIn(folder);
    symlinkSync(deadOwner("abcdefgh"), lockPath);
    symlinkSync(deadOwner("guardian"), join(folder, ".abcdefgh.lock"));
    expect(tryLock(lockPath)).toMatchObject({ taken: true });
    expect(namesIn(lockPath)).toEqual(["file.lock"]);
  },
);
