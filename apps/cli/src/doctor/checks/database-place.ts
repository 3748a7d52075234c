import { existsSync } from "node:fs";

import { lookInto } from "../could-not-look.ts";
import { type Check, findingOf } from "../finding.ts";
import { databaseFileOf } from "../place.ts";

/** What says that there was a database: it is made with each, and stays when the file goes. */
const REMAINS = [".state", ".agents.json", ".backups"];

/** Whether the database is where it was. */
export const databasePlace: Check = {
  id: "database-place",
  look: async ({ database }) => {
    if (database === undefined) return { found: [] };
    return lookInto("The database", database, async () => {
      const file = databaseFileOf(database);
      if (existsSync(file)) return { found: [] };
      const remains = REMAINS.map((end) => file + end).filter((path) => existsSync(path));
      if (remains.length === 0) return { found: [] };
      return {
        found: [
          findingOf("database-gone", {
            path: file,
            message: `The database is gone: what belongs to it is still there (${remains.join(", ")}), and what was on record is not. What agents do from now on begins a new record.`,
            command:
              "Bring the file back, or a copy of it (those that are known are named in the file .backups), or import an export: cabinet tracker import <file>",
          }),
        ],
      };
    });
  },
};
