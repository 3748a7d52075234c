import { existsSync } from "node:fs";

import { isLink } from "@x/registry-core/workspace";

import { databaseFileOf } from "../../tracker/database-file.ts";
import { remainsOfGone } from "../../tracker/tracker-remains.ts";
import { lookInto } from "../could-not-look.ts";
import { type Check, type Found, findingOf } from "../finding.ts";
import { oddFile } from "../odd-file.ts";
import { databaseOption } from "../place.ts";

const FILES = ["-lock", ".state", ".agents.json", ".backups"];

/** Whether the database is where it was. */
export const databasePlace: Check = {
  id: "database-place",
  look: async ({ database }) => {
    if (database === undefined) return { found: [] };
    return lookInto("The database", database, async () => {
      const file = databaseFileOf(database);
      const odd = FILES.flatMap((end) => oddFile(`a file of the database`, file + end));
      return { found: [...gone(database, file), ...odd] };
    });
  },
};

function gone(database: string, file: string): Found[] {
  const remains = remainsOfGone(file);
  const signs = [
    ...(isLink(database) && !existsSync(file) ? [`${database} is a link to it`] : []),
    ...(remains.length === 0 ? [] : [`what belongs to it is still there (${remains.join(", ")})`]),
  ];
  if (signs.length === 0) return [];
  const backups = `${file}.backups`;
  const copies = remains.includes(backups) ? ` (those that are known are named in ${backups})` : "";
  return [
    findingOf("database-gone", {
      path: file,
      message: `The database is gone: ${signs.join(", and ")}, and what was on record is not. What agents do from now on begins a new record.`,
      advice: `Bring the file back, or a copy of it${copies}, or import an export: cabinet tracker import <file>${databaseOption(database)}`,
    }),
  ];
}
