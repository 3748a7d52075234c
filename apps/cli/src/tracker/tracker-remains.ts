import { existsSync } from "node:fs";

import { wasNoted } from "@x/lmdb-store";
import type { Warning } from "@x/registry-core";

import { databaseFileOf } from "./database-file.ts";

const COPY = ".agents.json";
const BACKUPS = ".backups";
const GONE = "TRACKER_DATABASE_GONE";
const ADVICE =
  "what was in it is not in these numbers. Bring the file back, or import an export (`cabinet tracker import <file>`)";

/**
 * The paths of what lies beside a database that is gone, and says that there was one. None for a database that is there,
 * and for one that is being made for the first time, or was when its process was killed.
 */
export function remainsOfGone(file: string): string[] {
  const remains = [
    ...(wasNoted(file) ? [`${file}.state`] : []),
    ...[file + COPY, file + BACKUPS].filter((path) => existsSync(path)),
  ];
  // Asked last: it has its name before anything beside it speaks of it.
  return existsSync(file) ? [] : remains;
}

/**
 * A warning where there is no database, and what lies beside its place says that there was one. Undefined without
 * that; and for a database that is going to be opened, where that keeps the copy of its agents and tells it itself.
 */
export function goneDatabase(path: string, isOpened: boolean): Warning | undefined {
  const file = databaseFileOf(path);
  const remains = remainsOfGone(file);
  const isKept = (end: string): boolean => remains.includes(file + end);
  if (remains.length === 0 || (isOpened && isKept(COPY))) return undefined;
  const kept = [
    ...(isKept(COPY) ? [`what its agents were is in ${file}${COPY}`] : []),
    ...(isKept(BACKUPS) ? [`copies of it are named in ${file}${BACKUPS}`] : []),
  ];
  const message = [`the database ${file} is gone`, ...kept, ADVICE].join("; ");
  return { code: GONE, message, path };
}

/** The same of what a database tells when it is opened. */
export function withAdvice(warning: Warning): Warning {
  return warning.code === GONE ? { ...warning, message: `${warning.message}; ${ADVICE}` } : warning;
}
