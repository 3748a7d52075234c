import { existsSync, lstatSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { isLink, realPathOf } from "@x/registry-core/workspace";

import { codeOf } from "../../errors/error-code.ts";
import { databaseFileOf } from "../../tracker/database-file.ts";
import { lookInto } from "../could-not-look.ts";
import { namesBeside, namesIn } from "../files-below.ts";
import { type Check, type Found, findingOf, type Mended } from "../finding.ts";
import { isOwnDatabase } from "../place.ts";
import { exposedModeIn, privateMode, takeFromOthers } from "../private-mode.ts";
import { shellWord } from "../shell-word.ts";

// What stands behind the name of the database in the names of its own files, and folders.
const OWN_FILES =
  /^(?:|-lock|\.state|\.backups|\.agents\.json|\.pruned-\d+\.jsonl|.*\.broken-\d+)$/s;
const OWN_FOLDERS = /^\.(?:journals|doctor)$/;
const JOURNAL = /^[a-z0-9]+-[a-z0-9]+\.\d+\.jsonl(?:\.broken-\d+)?$/;

/** Files of the track record that others than this user could read. */
export const modes: Check = {
  id: "modes",
  look: async ({ database }) => {
    // Windows has no modes.
    if (database === undefined || process.platform === "win32") return { found: [] };
    return lookInto("The folder of the database", dirname(database), async () => {
      const file = databaseFileOf(database);
      const found = pathsOf(file).flatMap(judge);
      return { found: found.length === 0 || (await isOurs(database, file)) ? found : [] };
    });
  },
};

function pathsOf(file: string): string[] {
  const base = basename(file);
  const journals = `${file}.journals`;
  const inJournals = isLink(journals) ? [] : namesIn(journals);
  return [
    ...namesBeside(file).filter((name) => isOwn(file, name.slice(base.length))),
    ...inJournals
      .filter((name) => JOURNAL.test(name))
      .map((name) => join(`${base}.journals`, name)),
  ].map((name) => join(dirname(file), name));
}

/** A folder in the place of a file is somebody else's. */
function isOwn(file: string, end: string): boolean {
  const stats = lstatSync(file + end, { throwIfNoEntry: false });
  return (stats?.isDirectory() === true ? OWN_FOLDERS : OWN_FILES).test(end);
}

/**
 * Whether the files are those of a track record, and not somebody else's that were named by mistake: they are in
 * the place of this user's, or the file is such a database, and what is made with each is beside it.
 */
async function isOurs(database: string, file: string): Promise<boolean> {
  if (isOwnDatabase(database)) return true;
  if (!existsSync(file)) return existsSync(`${file}.agents.json`);
  if (!existsSync(`${file}.state`)) return false;
  const { readDatabaseHeader } = await import("@x/lmdb-store");
  try {
    return (await readDatabaseHeader(file)) !== undefined;
  } catch (error) {
    return codeOf(error) === "LMDB_STORE_DAMAGED";
  }
}

function judge(path: string): Found[] {
  const mode = exposedModeIn(lstatSync(path, { throwIfNoEntry: false }));
  if (mode === undefined) return [];
  return [
    findingOf("exposed-file", {
      path,
      message: `Other users of this machine may read or write what your agents did: its mode is ${textOf(mode)}.`,
      command: `ls -ld ${shellWord(path)}`,
      fix: `gives it the mode ${textOf(privateMode(mode))} instead of ${textOf(mode)}`,
      mend: async () => close(path),
    }),
  ];
}

function close(path: string): Mended {
  // The folder of a file, too, may be a link by now.
  if (realPathOf(dirname(path)) !== dirname(path)) return { left: "its folder is a link by now" };
  try {
    return takeFromOthers(path) ? {} : { left: "nobody else may by now" };
  } catch (error) {
    if (codeOf(error) !== "ELOOP") throw error;
    return { left: "it is a link by now" };
  }
}

function textOf(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}
