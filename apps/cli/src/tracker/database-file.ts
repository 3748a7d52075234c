import { basename, dirname, join } from "node:path";

import { journalFolderOf } from "@x/tracker/host";

/** The database file itself, whatever link leads there: what belongs to it lies beside it. */
export function databaseFileOf(path: string): string {
  const journals = journalFolderOf(path);
  return join(dirname(journals), basename(journals, ".journals"));
}
