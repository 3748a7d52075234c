// Makes one operation on a file, each time it is told to, and says how it ended. It has made the
// operation before: so it then makes no call but those of the operation itself.
import { readSync, writevSync } from "node:fs";
import { join } from "node:path";

import { OPERATIONS, prepareFolder } from "../torture/operations.ts";

const [name = "", folder = "", warmFolder = ""] = process.argv.slice(2);
const operation = OPERATIONS[name];
if (operation === undefined) throw new Error(`there is no operation ${name}`);

for (let time = 0; time < 3; time += 1) {
  prepareFolder(warmFolder, operation);
  await operation.run(join(warmFolder, operation.file));
}
/** By a call that no operation makes (writev): a fault in one of theirs must not hit the answer. */
function say(text: string): void {
  writevSync(1, [Buffer.from(text), Buffer.from("\n")]);
}

say("ready");
const line = Buffer.alloc(16);

/** The bytes that came; 0 at the end. A fault may hit this call: how many are before it varies. */
function order(): number {
  for (;;) {
    try {
      return readSync(0, line, 0, line.length, null);
    } catch {
      // Injected, and once: the order is still there.
    }
  }
}

while (order() > 0) {
  let answer: object = { outcome: "done" };
  try {
    await operation.run(join(folder, operation.file));
  } catch (error) {
    const { code = "none", installed = false } = Object(error);
    answer = { outcome: "failed", code, installed, message: String(error) };
  }
  say(JSON.stringify(answer));
}
