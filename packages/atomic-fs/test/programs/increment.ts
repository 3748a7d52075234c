// Adds one to the number in a file, so many times, with the lock or (the known-bad double) without.
import { readFileSync, writeFileSync } from "node:fs";

import { withFileLock } from "@x/atomic-fs";

import { untilAllAreReady } from "../../../../test/start-together.ts";

const [file = "", times = "0", discipline = "locked"] = process.argv.slice(2);

function increment(): void {
  writeFileSync(file, String(Number(readFileSync(file, "utf8")) + 1));
}

await untilAllAreReady();
for (let time = 0; time < Number(times); time += 1) {
  if (discipline === "locked") await withFileLock(file, increment);
  else await Promise.resolve().then(increment);
}
