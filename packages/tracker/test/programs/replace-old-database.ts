// Gives the place of an old database to a new one, and says what became of it. Arguments: the file, and before which step
// this process is to be killed: `progress`, `link`, `rename`; when the place has changed hands `lock`, `snapshot`, `removal`;
// or nothing.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

import { replaceOldDatabase } from "../../src/lmdb/index.ts";

const [path = "", killedAt = ""] = process.argv.slice(2);
const end = (): void => void process.kill(process.pid, "SIGKILL");
if (killedAt === "link" || killedAt === "rename") {
  const call = fs[`${killedAt}Sync`];
  fs[`${killedAt}Sync`] = (from, to) => {
    if (from === path || to === path) end();
    call(from, to);
  };
}
const { rmSync, existsSync } = fs;
const isReplaced = (): boolean => existsSync(`${path}.original`);
fs.rmSync = (file, options) => {
  if (killedAt === "lock" && file === `${path}-lock`) end();
  const isLeft = String(file).startsWith(`${path}.migration/`);
  if (killedAt === "removal" && isLeft && isReplaced()) end();
  rmSync(file, options);
};
// Before the new database is opened in its place.
fs.existsSync = (file) => {
  if (killedAt === "snapshot" && file === path && isReplaced()) end();
  return existsSync(file);
};
syncBuiltinESMExports();
const onProgress = (): void => {
  if (killedAt === "progress") end();
};
process.stdout.write(JSON.stringify(await replaceOldDatabase(path, { onProgress })));
