// Gives the place of a database to another one. Arguments: the path, what takes its place, the name that the old one
// gets, its transaction, and before which change of a name of it this process is to be killed.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

import { replaceForeignDatabase } from "../../src/index.ts";

const [path = "", by = "", keptAs = "", transaction = "", killedAt = ""] = process.argv.slice(2);
const [call, killedPath] = killedAt.split(" ");
const isKilling = (...paths: unknown[]): void => {
  if (paths[0] === killedPath) process.kill(process.pid, "SIGKILL");
};
const { linkSync, renameSync, rmSync } = fs;
if (call === "link") {
  fs.linkSync = (...args) => {
    isKilling(...args);
    linkSync(...args);
  };
}
if (call === "rename") {
  fs.renameSync = (...args) => {
    isKilling(...args);
    renameSync(...args);
  };
}
if (call === "rm") {
  fs.rmSync = (...args) => {
    isKilling(...args);
    rmSync(...args);
  };
}
syncBuiltinESMExports();
await replaceForeignDatabase(path, { by, keptAs, transaction: Number(transaction) });
