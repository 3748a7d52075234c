import { dirname } from "node:path";

import type { Warning } from "@x/registry-core";

import { plural } from "../screen/plural.ts";

/** What the tracker tells of a journal that was not applied, or not as a whole. */
export interface JournalFailure {
  readonly code: string;
  readonly message: string;
  readonly stream?: string | undefined;
}

export interface JournalPlace {
  /** The database file. */
  readonly path: string;
  readonly folder: string;
}

// Those journals all wait for the same reason: one of the database, or of the system.
const SHARED = /^(LMDB_STORE_|E[A-Z0-9]+$)/;

/**
 * What is not in the numbers of a command because journals were not applied, and the next step: a warning for
 * each, one for all that wait for the same reason.
 */
export function journalWarnings(
  failures: readonly JournalFailure[],
  place: JournalPlace,
): Warning[] {
  const groups = new Map<string, JournalFailure[]>();
  for (const failure of failures) {
    const name = SHARED.test(failure.code) ? failure.code : failure.message;
    groups.set(name, [...(groups.get(name) ?? []), failure]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const streams = new Set(group.map(({ stream }) => stream)).size;
    return [{ code: first.code, message: wordsOf(first, streams, place), path: place.folder }];
  });
}

function wordsOf({ code, message }: JournalFailure, streams: number, place: JournalPlace): string {
  const { path, folder } = place;
  const waits = `what agents did since then is not in these numbers yet, and waits in ${plural(streams, "journal")} in ${folder}`;
  switch (code) {
    case "LMDB_STORE_FULL":
      return `the database ${path} is full: ${waits}. \`cabinet tracker prune --before <date>\` makes room, or let it grow with --max-size`;
    case "LMDB_STORE_NO_SPACE":
    case "ENOSPC":
    case "EDQUOT":
      return `the disk is full: ${waits}. Make room on the file system of ${dirname(path)}, and run the command again`;
    case "TRACKER_JOURNAL_DAMAGED":
      return `${message}; what is missing there is not in these numbers. Look at the disk, and at who else writes to ${folder}`;
    case "TRACKER_JOURNAL_UNREADABLE":
      return `${message}; what it tells is not in these numbers yet. Use a newer Cabinet here, or look at what lies in ${folder}, its owner and mode`;
    case "TRACKER_JOURNAL_STAYS":
      return `${message}; these numbers have it, once. Look at the owner and mode of ${folder}`;
    default:
      if (!SHARED.test(code)) return message;
      return `${message}: ${waits}. Look at the owner and mode of ${folder}, and run the command again`;
  }
}
