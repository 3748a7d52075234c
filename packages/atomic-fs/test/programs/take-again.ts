// Takes the lock of a file again and again, for sections of 5 ms, and counts them in the file.
import { writeFileSync } from "node:fs";

import { withFileLockSync } from "@x/atomic-fs";

const [file = ""] = process.argv.slice(2);

for (let sections = 1; ; sections += 1) {
  withFileLockSync(file, () => {
    writeFileSync(file, String(sections));
    for (const end = performance.now() + 5; performance.now() < end;);
  });
  if (sections === 1) process.stdout.write("started\n");
}
