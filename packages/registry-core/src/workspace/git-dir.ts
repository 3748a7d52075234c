import { readlinkSync } from "node:fs";
import { join } from "node:path";

import { realPathOf, seenFrom } from "../real-path.ts";
import { isFolder } from "./is-folder.ts";
import { readSmallFile } from "./read-small-file.ts";

/** A folder in which git keeps a repository or a worktree of it, in its one spelling. */
export interface GitDir {
  readonly path: string;
  /** What all worktrees of the repository share; that of a linked one is another than `path`. */
  readonly commonDir: string;
}

/**
 * The git dir at a path; undefined when it is none: it has no valid `HEAD`, or `objects/` and
 * `refs/` are neither there nor where its file `commondir` leads (gitrepository-layout(5)).
 */
export function readGitDir(folder: string): GitDir | undefined {
  const path = realPathOf(folder);
  if (path === undefined || readHead(path) === undefined) return undefined;
  const way = withoutLineEnd(readSmallFile(join(path, "commondir")) ?? "");
  const commonDir = way === "" ? path : realPathOf(seenFrom(path, way));
  if (commonDir === undefined) return undefined;
  const isComplete = isFolder(join(commonDir, "objects")) && isFolder(join(commonDir, "refs"));
  return isComplete ? { path, commonDir } : undefined;
}

/**
 * The git dir of a folder with an entry `.git`, which is the git dir itself or a file that says
 * where it is (gitrepository-layout(5)); undefined when it leads to none.
 */
export function readGitEntry(folder: string): GitDir | undefined {
  const entry = join(folder, ".git");
  if (isFolder(entry)) return readGitDir(entry);
  const way = readGitFile(folder);
  return way === undefined ? undefined : readGitDir(seenFrom(folder, way));
}

/** Whether the `.git` of a folder is a file that says where the git dir is; nothing need be there. */
export function hasGitFile(folder: string): boolean {
  return readGitFile(folder) !== undefined;
}

const GITDIR = "gitdir: ";

function readGitFile(folder: string): string | undefined {
  const text = readSmallFile(join(folder, ".git")) ?? "";
  const way = text.startsWith(GITDIR) ? withoutLineEnd(text.slice(GITDIR.length)) : "";
  return way === "" ? undefined : way;
}

function withoutLineEnd(text: string): string {
  let end = text.length;
  while (end > 0 && "\r\n".includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/**
 * The text of `HEAD`; undefined when there is none, or when it names neither a ref nor a commit,
 * which git would not take for one (setup.c, validate_headref).
 */
export function readHead(gitDir: string): string | undefined {
  const path = join(gitDir, "HEAD");
  const link = readLink(path);
  // The form it had once, and has with core.preferSymlinkRefs.
  const text = link?.startsWith("refs/") === true ? `ref: ${link}` : readSmallFile(path);
  return text !== undefined && HEAD.test(text) ? text : undefined;
}

const HEAD = /^(?:ref:\s*refs\/|(?:[\da-f]{40}|[\da-f]{64})\s*$)/i;

function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
