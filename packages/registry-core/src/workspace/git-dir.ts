import { readlinkSync } from "node:fs";
import { join } from "node:path";

import { isFolder } from "./is-folder.ts";
import { readSmallFile } from "./read-small-file.ts";
import { realPathOf, seenFrom } from "./real-path.ts";

/** A folder in which git keeps a repository or a worktree of it, in its one spelling. */
export interface GitDir {
  readonly path: string;
  /** What all worktrees of the repository share; that of a linked one is another than `path`. */
  readonly commonDir: string;
}

/**
 * The git dir at a path; undefined when it is none: it has no `HEAD`, or `objects/` and `refs/` are
 * neither there nor where its file `commondir` leads (gitrepository-layout(5)).
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
  const text = readSmallFile(entry) ?? "";
  if (!text.startsWith(GITDIR)) return undefined;
  const way = withoutLineEnd(text.slice(GITDIR.length));
  return way === "" ? undefined : readGitDir(seenFrom(folder, way));
}

const GITDIR = "gitdir: ";

function withoutLineEnd(text: string): string {
  let end = text.length;
  while (end > 0 && "\r\n".includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/** The text of `HEAD`; undefined when there is none. */
export function readHead(gitDir: string): string | undefined {
  const path = join(gitDir, "HEAD");
  const link = readLink(path);
  // The form it had once, and has with core.preferSymlinkRefs.
  return link?.startsWith("refs/") === true ? `ref: ${link}` : readSmallFile(path);
}

function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
