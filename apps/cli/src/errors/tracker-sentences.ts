import { dirname } from "node:path";

import type { Sentence } from "./sentence.ts";

/** What the errors about the record of agents say, and those of the database that it is kept in. */
export const TRACKER_SENTENCES: Readonly<Record<string, Sentence>> = {
  LMDB_STORE_DAMAGED: ({ path, reason, backupPath }) => ({
    message: `The database ${path} is damaged: ${reason}. It was left as it is.`,
    hint:
      backupPath === undefined
        ? "Keep a copy of it; close whatever uses it, move it to another folder, and bring back a copy or an export (`cabinet tracker import <file>`)."
        : `Close whatever uses it, move it to another folder, and copy its newest backup there: ${backupPath}.`,
  }),
  LMDB_STORE_FOREIGN: ({ path, reason }) => ({
    message: `${path} is no database of Cabinet, or one of a newer version: ${reason}. It was left as it is.`,
    hint: "Give another file with --database, or use a newer Cabinet.",
  }),
  LMDB_STORE_FULL: ({ path }) => ({
    message: `The database ${path} is full, or has no room for so much at once; what did not fit was not written.`,
    hint: "`cabinet tracker prune --before <date>` makes room and keeps what it removes in a file beside it; or let it grow with --max-size.",
  }),
  LMDB_STORE_NO_SPACE: ({ path }) => ({
    message: `The disk is full: the database ${path} was not changed.`,
    hint: `Make room on the file system of ${dirname(path)} and run the command again.`,
  }),
  LMDB_STORE_NETWORK: ({ path, reason }) => ({
    message: `The database ${path} cannot be used there: ${reason}.`,
    hint: "Give a file on a disk of this machine with --database or CABINET_TRACKER_DATABASE.",
  }),
  LMDB_STORE_UNAVAILABLE: ({ reason }) => ({
    message: `Nothing can be tracked: the native part of lmdb cannot be loaded here: ${reason}.`,
    hint: "Install Cabinet again on this machine, with its optional dependencies; the other commands work without it.",
  }),
  LMDB_STORE_ACCESS_DENIED: ({ path, reason }) => ({
    message: `No permission to use the database ${path}: ${reason}. Nothing was changed.`,
    hint: `Look at the owner and mode of ${dirname(path)} and of what lies in it, or run as the user who owns it.`,
  }),
  LMDB_STORE_LINKED: ({ path, reason }) => ({
    message: `The database ${path} was not opened: ${reason}.`,
    hint: "Move the other names of the file to another folder as copies of it, so that it has one name.",
  }),
  LMDB_STORE_EXISTS: ({ path, reason }) => ({
    message: `Nothing was written to ${path}: ${reason}.`,
    hint: "Give the path of a file that is not there.",
  }),
  LMDB_STORE_REPLACED: ({ path, reason }) => ({
    message: `The database ${path} was taken away while it was used: ${reason}.`,
    hint: "Run the command again, and find out who moves files there.",
  }),
  LMDB_STORE_OPEN_FAILED: ({ path, reason }) => ({
    message: `The database ${path} could not be opened: ${reason}. It was left as it is.`,
    hint: `Run the command again; if that does not help, look at ${dirname(path)}, its file system and the limits of this process (\`ulimit -a\`).`,
  }),
  LMDB_STORE_IO: ({ path, reason }) => ({
    message: `The database ${path} could not be read or written: ${reason}.`,
    hint: `Look at what lies at ${path}, and at its file system.`,
  }),
  LMDB_STORE_IN_USE: ({ path, reason }) => ({
    message: `The database ${path} is in use by another program: ${reason}.`,
    hint: "Close that program, such as an editor or a client with the original tracker, and run the command again.",
  }),
  LMDB_STORE_NO_LINKS: ({ path, reason }) => ({
    message: `The old database ${path} was not replaced: ${reason}.`,
    hint: "Move it to another name, and give that with `cabinet tracker migrate --from <file>`: then no second name is needed.",
  }),
  LMDB_STORE_SIZE_INVALID: () => ({
    message: "A database cannot have that maximum size.",
    hint: "Give 1MiB to 2GiB with --max-size or CABINET_TRACKER_MAX_SIZE.",
  }),
  TRACKER_RECORD_INVALID: ({ reason }) => ({
    message: `This cannot be recorded: ${reason}.`,
    hint: "Look at what was given; the command with --help shows what it takes.",
  }),
  TRACKER_FULL: ({ reason }) => ({
    message: `Nothing was recorded: ${reason}.`,
    hint: "`cabinet tracker prune --before <date>` makes room; or let it grow with --max-size.",
  }),
  TRACKER_UNAVAILABLE: ({ reason }) => ({
    message: `The database of agents cannot be used: ${reason}.`,
    hint: "Look at the owner and mode of its folder, or give another file with --database.",
  }),
  TRACKER_DATABASE_OLD: ({ path }) => ({
    message: `${path} looks like a database of the original tracker. It was left as it is, and nothing is tracked until it is migrated.`,
    hint: "`cabinet tracker migrate` takes over what is in it, and keeps the old file beside the new one; with --dry-run it says what that is.",
  }),
  TRACKER_NOT_REPLACED: ({ reason }) => ({
    message: `The old database was not replaced: ${reason}.`,
    hint: "Run the command again when the reason is gone; or move the old database to another name, and give that with `cabinet tracker migrate --from <file>`: it copies what can be read.",
  }),
  TRACKER_JOURNAL_UNREADABLE: ({ reason }) => ({
    message: `A journal of agents cannot be read: ${reason}. It was left as it is.`,
    hint: "Use a newer Cabinet here, or look at the owner and mode of the journals beside the database.",
  }),
  TRACKER_FLUSH_FAILED: ({ reason }) => ({
    message: `Nothing was recorded: ${reason}.`,
    hint: "Run the command again; with --verbose Cabinet says where it comes from.",
  }),
};
