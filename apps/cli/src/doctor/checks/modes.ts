import { chmodSync, lstatSync, type Stats } from "node:fs";
import { basename, dirname, join } from "node:path";

import { lookInto } from "../could-not-look.ts";
import { namesIn } from "../files-below.ts";
import { type Check, type Found, findingOf } from "../finding.ts";
import { databaseFileOf } from "../place.ts";
import { shellWord } from "../shell-word.ts";

const OTHERS_BITS = 0o077;

// What stands behind the name of the database in the names of its own files.
const OWN =
  /^(?:|-lock|\.state|\.backups|\.agents\.json|\.journals|\.doctor|\.pruned-\d+\.jsonl|.*\.broken-\d+)$/s;

/** Files of the track record that others than this user could read. */
export const modes: Check = {
  id: "modes",
  look: async ({ database }) => {
    // Windows has no modes.
    if (database === undefined || process.platform === "win32") return { found: [] };
    return lookInto("The folder of the database", dirname(database), async () => {
      const file = databaseFileOf(database);
      const beside = namesIn(dirname(file)).filter((name) => belongsTo(basename(file), name));
      const journals = `${file}.journals`;
      const paths = [
        ...beside.map((name) => join(dirname(file), name)),
        ...namesIn(journals).map((name) => join(journals, name)),
      ];
      return { found: paths.flatMap(judge) };
    });
  },
};

function belongsTo(base: string, name: string): boolean {
  return name.startsWith(base) && OWN.test(name.slice(base.length));
}

function judge(path: string): Found[] {
  const mode = exposedMode(path);
  if (mode === undefined) return [];
  return [
    findingOf("exposed-file", {
      path,
      message: `Other users of this machine may read or write what your agents did: its mode is ${textOf(mode)}.`,
      command: `ls -ld ${shellWord(path)}`,
      fix: `gives it the mode ${textOf(mode & ~OTHERS_BITS)}`,
      mend: async () => {
        const now = exposedMode(path);
        if (now === undefined) return { left: "nobody else may by now" };
        chmodSync(path, now & ~OTHERS_BITS);
        return {};
      },
    }),
  ];
}

/** The mode of a file or folder of this user that others may use; undefined for any other. */
function exposedMode(path: string): number | undefined {
  const stats: Stats | undefined = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined || !(stats.isFile() || stats.isDirectory())) return undefined;
  const isOwn = stats.uid === process.geteuid?.();
  return isOwn && (stats.mode & OTHERS_BITS) !== 0 ? stats.mode & 0o777 : undefined;
}

function textOf(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}
