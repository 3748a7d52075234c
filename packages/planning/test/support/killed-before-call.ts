import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const CHANGES = ["open", "write", "fsync", "rename", "symlink", "link", "unlink", "mkdir"] as const;

let isCounting = false;
let calls = 0;

/**
 * Has this process killed right before its n-th call that would change the disk, counted from `startCounting`;
 * 0: it is not. What is imported takes the calls as it finds them: to be called before all that is to be counted.
 */
export function killBeforeCall(killAt: number): void {
  for (const name of CHANGES.flatMap((change) => [change, `${change}Sync`])) {
    const call: (...args: unknown[]) => unknown = Reflect.get(fs, name);
    const counted = (...args: unknown[]): unknown => {
      if (!isReading(name.replace("Sync", ""), args)) beforeChange(killAt);
      return call(...args);
    };
    Reflect.set(fs, name, counted);
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

function isReading(name: string, [, flags]: readonly unknown[]): boolean {
  const writing = fs.constants.O_WRONLY | fs.constants.O_RDWR;
  return name === "open" && typeof flags === "number" && (flags & writing) === 0;
}
