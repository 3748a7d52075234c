// Runs sections under the lock of a file until one of them kills its process, or all are done. Each
// holds a witness: to find a live one there means that two held the lock at once.
import { readFileSync, unlinkSync, writeFileSync } from "node:fs";

import { withFileLock } from "@x/atomic-fs";

const [file = "", sections = "0", chance = "0"] = process.argv.slice(2);
const witness = `${file}.witness`;

function isAlive(pid: number): boolean {
  try {
    // A killed process stays in /proc as a zombie until its parent has seen it end.
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

function section(): void {
  try {
    writeFileSync(witness, String(process.pid), { flag: "wx" });
  } catch {
    const other = Number(readFileSync(witness, "utf8"));
    if (isAlive(other)) process.stdout.write(`two at once: ${process.pid} and ${other}\n`);
    writeFileSync(witness, String(process.pid));
  }
  if (Math.random() < Number(chance)) process.kill(process.pid, "SIGKILL");
  unlinkSync(witness);
}

for (let time = 0; time < Number(sections); time += 1) await withFileLock(file, section);
