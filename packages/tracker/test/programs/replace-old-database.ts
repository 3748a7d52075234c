// Gives the place of an old database to a new one, and says what became of it. Arguments: the file, and before which change of
// names this process is to be killed: `link`, `rename`, or nothing.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

import { replaceOldDatabase } from "../../src/lmdb/index.ts";

const [path = "", killedAt = ""] = process.argv.slice(2);
if (killedAt === "link" || killedAt === "rename") {
  const call = fs[`${killedAt}Sync`];
  fs[`${killedAt}Sync`] = (from, to) => {
    if (from === path || to === path) process.kill(process.pid, "SIGKILL");
    call(from, to);
  };
  syncBuiltinESMExports();
}
const onProgress = (): void => {
  if (killedAt === "progress") process.kill(process.pid, "SIGKILL");
};
process.stdout.write(JSON.stringify(await replaceOldDatabase(path, { onProgress })));
