// As cabinet.ts, killed (SIGKILL) right before its n-th call that would change the disk. Arguments: n, the name of
// the call to count (`any`: each of them), and the command line. It ends with its own code where there is no n-th.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const CHANGES =
  "open write writeFile copyFile fsync rename symlink link unlink mkdir rm chmod fchmod ftruncate";

const [killAt = "0", counted = "any"] = process.argv.splice(2, 2);
const counts = { calls: 0 };

for (const change of CHANGES.split(" ")) {
  for (const name of [change, `${change}Sync`]) {
    const call: (...args: unknown[]) => unknown = Reflect.get(fs, name);
    Reflect.set(fs, name, (...args: unknown[]): unknown => {
      if (!isReading(change, args) && [change, "any"].includes(counted)) beforeChange();
      return Reflect.apply(call, fs, args);
    });
  }
}
syncBuiltinESMExports();
const { runCabinet } = await import("../../src/run-cabinet.ts");
await runCabinet();

function beforeChange(): void {
  counts.calls += 1;
  if (counts.calls !== Number(killAt)) return;
  process.kill(process.pid, "SIGKILL");
  // Nothing comes after it.
  for (;;);
}

function isReading(change: string, [, flags]: readonly unknown[]): boolean {
  if (change !== "open") return false;
  const writing = fs.constants.O_WRONLY | fs.constants.O_RDWR;
  return typeof flags === "number" ? (flags & writing) === 0 : flags === "r" || flags === undefined;
}
