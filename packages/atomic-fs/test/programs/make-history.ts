// Makes the steps of a history in a folder, each when it is told to, and says that it is done: by a
// line, and by looking for a file of that name, so that a trace of its system calls tells it, too.
import { existsSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";

import { DOUBLES, HISTORIES, pathIn } from "../torture/histories.ts";

const [name = "", folder = ""] = process.argv.slice(2);
const history = { ...HISTORIES, ...DOUBLES }[name];
if (history === undefined) throw new Error(`there is no history ${name}`);

writeSync(1, "ready\n");
for (const [index, step] of history.steps.entries()) {
  readSync(0, Buffer.alloc(1));
  await step(pathIn(folder, history));
  existsSync(join(folder, `acknowledged-${index + 1}`));
  writeSync(1, `${index + 1}\n`);
}
// Until its input ends it stays: who cuts its power wants it stopped, not gone.
readSync(0, Buffer.alloc(1));
