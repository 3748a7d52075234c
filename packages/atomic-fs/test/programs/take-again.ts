// Takes the lock of a file again and again, for sections of 1 ms, and counts in the file those that
// began although another process was next in line.
import { readdirSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";

import { withFileLockSync } from "@x/atomic-fs";

const [file = ""] = process.argv.slice(2);
const claim = `${basename(file)}.lock.next`;
let past = 0;

for (let sections = 1; ; sections += 1) {
  withFileLockSync(file, () => {
    if (readdirSync(dirname(file)).includes(claim)) past += 1;
    writeFileSync(file, String(past));
    for (const end = performance.now() + 1; performance.now() < end;);
  });
  if (sections === 1) process.stdout.write("started\n");
}
