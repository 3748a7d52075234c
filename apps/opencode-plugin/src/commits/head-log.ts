import fs from "node:fs";
import { join } from "node:path";

import { textOf } from "../payload.ts";

/** A commit, as `git commit` has written it into the log of `HEAD`. */
export interface LoggedCommit {
  readonly hash: string;
  /** The first line of its message. */
  readonly subject: string;
}

/** How long the log of `HEAD` of a git dir is, in bytes; 0 where there is none. */
export function headLogSize(gitDir: string): number {
  return fs.statSync(headLog(gitDir), { throwIfNoEntry: false })?.size ?? 0;
}

// A command that makes more commits than fit is none of an agent.
const MOST_BYTES = 2 ** 20;

/**
 * The commits in the log of `HEAD` behind that many bytes, in their order: those of `git commit`, also merges that it
 * has concluded; no amended one, no rebase, pull or cherry-pick. None where there is no log (with
 * `core.logAllRefUpdates` off, and where refs are kept in tables).
 */
export function commitsBehind(gitDir: string, size: number): LoggedCommit[] {
  const descriptor = openIfThere(headLog(gitDir));
  if (descriptor === undefined) return [];
  try {
    const stats = fs.fstatSync(descriptor);
    if (!stats.isFile()) return [];
    const bytes = Buffer.alloc(Math.max(0, Math.min(stats.size - size, MOST_BYTES)));
    const read = fs.readSync(descriptor, bytes, 0, bytes.length, size);
    return bytes.toString("utf8", 0, read).split("\n").flatMap(commitIn);
  } finally {
    fs.closeSync(descriptor);
  }
}

function headLog(gitDir: string): string {
  return join(gitDir, "logs", "HEAD");
}

function openIfThere(path: string): number | undefined {
  try {
    // A pipe that has taken its place is not waited for.
    return fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
  } catch (error) {
    if (textOf(error, "code") === "ENOENT") return undefined;
    throw error;
  }
}

/** `<old> <new> <name> <<mail>> <time> <zone>\t<what>: <subject>` (gitformat of reflogs, refs/files-backend.c) */
function commitIn(line: string): LoggedCommit[] {
  const parts = LINE.exec(line)?.groups;
  return parts === undefined
    ? []
    : [{ hash: parts["hash"] ?? "", subject: cut(parts["subject"] ?? "") }];
}

const LINE =
  /^(?:[\da-f]{40}|[\da-f]{64}) (?<hash>[\da-f]{40}|[\da-f]{64}) [^\t]*\tcommit(?: \((?:initial|merge)\))?: ?(?<subject>.*)$/;

// A line may be of any length. What is longer tells nobody more.
export const LONGEST_SUBJECT = 1_000;

function cut(subject: string): string {
  return subject.length > LONGEST_SUBJECT ? `${subject.slice(0, LONGEST_SUBJECT)}…` : subject;
}
