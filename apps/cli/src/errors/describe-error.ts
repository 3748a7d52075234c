import { existsSync } from "node:fs";
import { dirname } from "node:path";

import { CliError, ExitCodeError } from "./cli-error.ts";
import { isCoded } from "./error-code.ts";
import { EXIT } from "./exit-code.ts";
import { describeFault } from "./fault.ts";
import { INIT_SENTENCES } from "./init-sentences.ts";
import { LEASE_SENTENCES } from "./lease-sentences.ts";
import { PHASE_SENTENCES } from "./phase-sentences.ts";
import { PLANNING_SENTENCES } from "./planning-sentences.ts";
import { REGISTRY_SENTENCES } from "./registry-sentences.ts";
import { RUN_STATE_SENTENCES } from "./run-state-sentences.ts";
import type { Facts, Sentence } from "./sentence.ts";
import { TRACKER_SENTENCES } from "./tracker-sentences.ts";

/** A failure as people and programs see it: what happened and why, and what to do next. */
export interface Description {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly exitCode: number;
}

const lookAt: Sentence = ({ path, message }) => ({
  message: `Cabinet ${message}.`,
  hint: `Look at what lies at ${path}.`,
});

const lookInto: Sentence = ({ path, message }) => ({
  message: `Cabinet ${message}. It was left as it is.`,
  hint: `Look at the headings and fields of ${path}.`,
});

const notDurable: Sentence = ({ path, message }) => ({
  message: `${path} was written, but may not survive a power cut: Cabinet ${message}.`,
  hint: `Look at the owner and mode of ${dirname(path)}, and at its file system.`,
});

/** The folder of the file, or the nearest above that is there. */
function folderThere(path: string): string {
  const folder = dirname(path);
  return existsSync(folder) || folder === path ? folder : folderThere(folder);
}

/** One sentence per code: what happened, why, and the next step. None suggests to delete anything. */
const SENTENCES: Readonly<Record<string, Sentence>> = {
  ATOMIC_FS_NO_SPACE: ({ path }) => ({
    message: `The disk is full: ${path} was not written, its old content is intact.`,
    hint: `Make room on the file system of ${dirname(path)} and run the command again.`,
  }),
  ATOMIC_FS_ACCESS_DENIED: ({ path }) => ({
    message: `No permission to write ${path}; nothing was changed.`,
    hint: `Look at the owner and mode of ${folderThere(path)}, or run as the user who owns it.`,
  }),
  ATOMIC_FS_READ_ONLY: ({ path }) => ({
    message: `${path} is on a read-only file system; nothing was changed.`,
    hint: "Work in a checkout that can be written.",
  }),
  ATOMIC_FS_IS_DIRECTORY: lookAt,
  ATOMIC_FS_NOT_DIRECTORY: lookAt,
  ATOMIC_FS_NOT_FILE: lookAt,
  ATOMIC_FS_IO: lookAt,
  ATOMIC_FS_LOCKED: ({ path, lockPath, holder, waitedMilliseconds }) =>
    holder?.state === "alive"
      ? {
          message: `${path} has been locked by process ${holder.pid} for more than ${Math.round(waitedMilliseconds / 1000)} s.`,
          hint: `See what process ${holder.pid} is doing, then run the command again.`,
        }
      : {
          message: `${path} is locked by somebody who cannot be seen from here (${lockPath}).`,
          hint: "Another machine or container may be working there; the README of @x/atomic-fs says how to tell.",
        },
  ATOMIC_FS_LOCK_LOST: ({ path, lockPath }) => ({
    message: `The lock of ${path} was taken away while Cabinet worked (${lockPath}).`,
    hint: "Run the command again, and find out who removes locks there.",
  }),
  ATOMIC_FS_MISSING: ({ path }) => ({
    message: `There is no file ${path}.`,
    hint: "Look at the path again.",
  }),
  ATOMIC_FS_CORRUPT: ({ path, message }) => ({
    message: `Cabinet ${message}. It was left as it is.`,
    hint: `Look at what lies at ${path}.`,
  }),
  ATOMIC_FS_QUARANTINE_FULL: ({ path, message }) => ({
    message: `Cabinet ${message}. It was left as it is.`,
    hint: `Find out what damages it, and move the files ${path}.broken-* to another folder.`,
  }),
  ATOMIC_FS_NO_FIELD: lookInto,
  ATOMIC_FS_NO_SECTION: lookInto,
  ATOMIC_FS_AMBIGUOUS: lookInto,
  WORKSPACE_NOT_FOUND: ({ path }) => ({
    message: `There is no folder ${path}.`,
    hint: "Give an existing folder as --workspace-root or CABINET_WORKSPACE_ROOT.",
  }),
  WORKSPACE_UNMARKED: ({ path }) => ({
    message: `${path} is not a workspace: it has neither .planning/ nor .ai/.`,
    hint: "Give the top folder of the checkout, or run the command inside it without the option.",
  }),
  WORKSPACE_UNREACHABLE: ({ path }) => ({
    message: `The repository of ${path} cannot be reached: its .git leads to a folder that is not there.`,
    hint: "Leases are shared by all worktrees of a repository: mount or move it back, or work in its main worktree.",
  }),
  ...REGISTRY_SENTENCES,
  ...INIT_SENTENCES,
  ...LEASE_SENTENCES,
  ...PHASE_SENTENCES,
  ...PLANNING_SENTENCES,
  ...RUN_STATE_SENTENCES,
  ...TRACKER_SENTENCES,
};

/** The one place that turns an error into a sentence. */
export function describeError(error: unknown): Description {
  if (error instanceof ExitCodeError) {
    return { ...describeError(error.failure), exitCode: error.exitCode };
  }
  if (error instanceof CliError) {
    const { code, message, hint } = error;
    return { code, message, hint, exitCode: exitCodeFor(code) };
  }
  if (isTold(error)) {
    const say = error.installed === true ? notDurable : SENTENCES[error.code];
    const sentence = say?.(error);
    if (sentence !== undefined) {
      return { code: error.code, ...sentence, exitCode: exitCodeFor(error.code) };
    }
  }
  return describeFault(error);
}

// What these are about was given on the command line.
const USAGE_CODES: ReadonlySet<string> = new Set([
  "CABINET_USAGE",
  "LEASE_INVALID",
  "LMDB_STORE_SIZE_INVALID",
  "PLANNING_PHASE_INVALID",
  "PLANNING_REASON_INVALID",
  "PLANNING_RUN_INVALID",
]);

function exitCodeFor(code: string): number {
  return USAGE_CODES.has(code) ? EXIT.usage : EXIT.failed;
}

/** What else it tells, the sentence of its code knows. */
function isTold(error: unknown): error is Error & Facts & { readonly code: string } {
  return isCoded(error);
}
