// Makes the scripted run in a folder, and is killed right before its n-th call that would change the disk;
// without such a number it prints how many there were. It says each step that is done.
import fs, { writeSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const [folder = "", last = "0"] = process.argv.slice(2);
const killAt = Number(last);
const say = writeSync.bind(undefined, 1);

const CHANGES = ["open", "write", "fsync", "rename", "symlink", "link", "unlink", "mkdir"] as const;

let isCounting = false;
let calls = 0;

function beforeChange(): void {
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

for (const name of CHANGES.flatMap((change) => [change, `${change}Sync`])) {
  const call: (...args: unknown[]) => unknown = Reflect.get(fs, name);
  const counted = (...args: unknown[]): unknown => {
    if (!isReading(name.replace("Sync", ""), args)) beforeChange();
    return call(...args);
  };
  Reflect.set(fs, name, counted);
}
syncBuiltinESMExports();

// Loaded only now: what is imported takes the calls as it finds them.
const { runScript } = await import("../support/run-state-script.ts");
isCounting = true;
await runScript(folder, 0, (done) => void say(`${done}\n`));
isCounting = false;
if (killAt === 0) say(`calls ${calls}\n`);
