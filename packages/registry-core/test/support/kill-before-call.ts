import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const CHANGES =
  "open write writeFile fsync rename symlink link unlink mkdir rmdir rm fchmod ftruncate";

let isCounting = false;
let calls = 0;

/**
 * Has this process killed right before its n-th call that would change the disk, counted from
 * `startCounting`; 0: it is not. What is imported takes the calls as it finds them: to be called before.
 */
export function killBeforeCall(killAt: number): void {
  for (const change of CHANGES.split(" ")) {
    for (const name of [change, `${change}Sync`]) {
      const call: (...args: unknown[]) => unknown = Reflect.get(fs, name);
      Reflect.set(fs, name, (...args: unknown[]): unknown => {
        if (!isReading(change, args)) beforeChange(killAt);
        return Reflect.apply(call, fs, args);
      });
    }
  }
  syncBuiltinESMExports();
}

export function startCounting(): void {
  isCounting = true;
}

/** Gives how many calls there were. */
export function stopCounting(): number {
  isCounting = false;
  return calls;
}

function beforeChange(killAt: number): void {
  if (!isCounting) return;
  calls += 1;
  if (calls !== killAt) return;
  process.kill(process.pid, "SIGKILL");
  // Nothing comes after it.
  for (;;);
}

function isReading(change: string, [, flags]: readonly unknown[]): boolean {
  const writing = fs.constants.O_WRONLY | fs.constants.O_RDWR;
  return change === "open" && typeof flags === "number" && (flags & writing) === 0;
}
