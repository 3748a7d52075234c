import { existsSync } from "node:fs";

import type { Warning } from "@x/registry-core";
import { journalFolderOf } from "@x/tracker/host";

const JOURNALS = ".journals";
const COPY = ".agents.json";
const GONE = "TRACKER_DATABASE_GONE";
const ADVICE =
  "what was in it is not in these numbers. Bring the file back, or import an export (`cabinet tracker import <file>`)";

/**
 * A warning where there is no database, and what lies beside its place says that there was one. Undefined without
 * that; and for a database that is going to be opened, where that keeps the copy of its agents and tells it itself.
 */
export function goneDatabase(path: string, isOpened: boolean): Warning | undefined {
  // Beside the file itself, whatever link leads there.
  const file = journalFolderOf(path).slice(0, -JOURNALS.length);
  const isThere = (end: string): boolean => existsSync(file + end);
  if (isThere("") || !(isThere(COPY) || isThere(".state"))) return undefined;
  if (isOpened && isThere(COPY)) return undefined;
  const kept = [
    ...(isThere(COPY) ? [`what its agents were is in ${file}${COPY}`] : []),
    ...(isThere(".backups") ? [`copies of it are in ${file}.backups`] : []),
  ];
  const message = [`the database ${file} is gone`, ...kept, ADVICE].join("; ");
  return { code: GONE, message, path };
}

/** The same of what a database tells when it is opened. */
export function withAdvice(warning: Warning): Warning {
  return warning.code === GONE ? { ...warning, message: `${warning.message}; ${ADVICE}` } : warning;
}
