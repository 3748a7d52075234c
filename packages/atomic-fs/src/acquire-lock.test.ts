import { readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { isLongTier } from "../../../test/tier.ts";
import { deadOwner } from "../test/dead-owner.ts";
import { runInterleaved } from "../test/run-interleaved.ts";
import { unguardedLock } from "../test/unguarded-lock.ts";
import { acquireLock, giveBack } from "./acquire-lock.ts";
import { call, type Protocol } from "./file-calls.ts";

const RACES = isLongTier ? 20_000 : 1_000;

/** Takes the lock somehow, holds it for two calls, and gives it back. */
type Locking = (lockPath: string) => Protocol<() => Protocol<void>>;

const ours: Locking = function* (lockPath) {
  const patience = { started: performance.now(), timeoutMilliseconds: 60_000, isBlocking: false };
  const hold = yield* acquireLock(lockPath, lockPath, patience);
  return () => giveBack(hold);
};

/** How often two were inside at once, when two break one stale lock and every call may be a switch. */
function overlaps(locking: Locking): number {
  const folder = temporaryFolder();
  let count = 0;
  for (let race = 0; race < RACES; race += 1) {
    const lockPath = join(folder, `${race}.lock`);
    symlinkSync(deadOwner("abcdefgh"), lockPath);
    let inside = 0;
    const breaker = function* (): Protocol<void> {
      const release = yield* locking(lockPath);
      inside += 1;
      if (inside > 1) count += 1;
      for (let step = 0; step < 3; step += 1) yield* call("lstat", lockPath);
      inside -= 1;
      yield* release();
    };
    runInterleaved([breaker(), breaker()]);
  }
  expect(readdirSync(folder)).toEqual([]);
  return count;
}

test.runIf(process.platform === "linux")(
  "two breakers of one stale lock are never both its owners, whatever the order of their calls",
  () => {
    expect(overlaps(unguardedLock)).toBeGreaterThan(0);
    expect(overlaps(ours)).toBe(0);
  },
  120_000,
);
