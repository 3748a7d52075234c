import { readdirSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { deadOwner } from "../../test/dead-owner.ts";
import { takeUnguarded } from "../../test/unguarded-lock.ts";
import { LockedError, LockLostError } from "../errors.ts";
import { type FileCalls, syncFileCalls } from "../file-calls.ts";
import { acquireLockSync, assertHeld, giveBack } from "./acquire-lock.ts";

/** One try to take the lock; gives what releases it. */
type Take = (files: FileCalls, lockPath: string) => (() => void) | undefined;

const takeGuarded: Take = (files, lockPath) => {
  try {
    const patience = { started: performance.now(), timeoutMilliseconds: 0 };
    const hold = acquireLockSync(files, lockPath, lockPath, patience);
    return () => giveBack(files, hold);
  } catch (error) {
    if (error instanceof LockedError) return undefined;
    throw error;
  }
};

/** The calls, with something else done right before the one of that number. */
function interruptedAt(number: number, interrupt: () => void): FileCalls {
  let calls = 0;
  return new Proxy<FileCalls>(syncFileCalls, {
    get(target, name: keyof FileCalls) {
      calls += 1;
      if (calls === number) interrupt();
      return target[name];
    },
  });
}

const MOST_CALLS = 40;

/**
 * One breaker of a stale lock is stopped before each of its calls in turn; there, a second one runs,
 * stopped before each of its own, for a third one. Gives in how many of these orders two of them had
 * the lock at once.
 */
function overlapsOf(take: Take): number {
  const folder = temporaryFolder();
  let overlaps = 0;
  for (let outer = 1; outer <= MOST_CALLS; outer += 1) {
    for (let inner = 1; inner <= MOST_CALLS; inner += 1) {
      const lockPath = join(folder, `${outer}.${inner}.lock`);
      symlinkSync(deadOwner("abcdefgh"), lockPath);
      const releases: (() => void)[] = [];
      const attempt = (files: FileCalls): void => {
        const release = take(files, lockPath);
        if (release !== undefined) releases.push(release);
      };
      const third = (): void => attempt(syncFileCalls);
      const second = (): void => attempt(interruptedAt(inner, third));
      attempt(interruptedAt(outer, second));
      if (releases.length > 1) overlaps += 1;
      for (const release of releases) release();
      attempt(syncFileCalls);
      // Whatever happened, the lock was free again in the end.
      expect(releases.length).toBeGreaterThan(0);
      releases.at(-1)?.();
    }
  }
  expect(readdirSync(folder)).toEqual([]);
  return overlaps;
}

test.runIf(process.platform === "linux")(
  "of three breakers of one stale lock, never two are its owners, wherever each is interrupted",
  () => {
    expect(overlapsOf(takeUnguarded)).toBeGreaterThan(0);
    expect(overlapsOf(takeGuarded)).toBe(0);
  },
);

test("a lock that was seen a while ago is looked at before it is given back", () => {
  const lockPath = join(temporaryFolder(), "file.lock");
  const patience = { started: performance.now(), timeoutMilliseconds: 0 };
  const hold = acquireLockSync(syncFileCalls, lockPath, lockPath, patience);
  assertHeld(syncFileCalls, hold);
  hold.seenAt -= 2;
  rmSync(lockPath);
  const other = deadOwner("abcdefgh");
  symlinkSync(other, lockPath);
  expect(() => giveBack(syncFileCalls, hold)).toThrow(LockLostError);
  expect(readlinkSync(lockPath)).toBe(other);
});
