// Makes the steps of a history in a folder once it is told to, and after each looks for a file that
// says which one is done: so the trace of its system calls tells it.
import { existsSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";

import { DOUBLES, HISTORIES, pathIn } from "../torture/histories.ts";

const [name = "", folder = ""] = process.argv.slice(2);
const history = { ...HISTORIES, ...DOUBLES }[name];
if (history === undefined) throw new Error(`there is no history ${name}`);

writeSync(1, "ready\n");
readSync(0, Buffer.alloc(16));
for (const [index, step] of history.steps.entries()) {
  await step(pathIn(folder, history));
  existsSync(join(folder, `acknowledged-${index + 1}`));
}
