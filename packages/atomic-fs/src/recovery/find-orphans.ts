import { basename, dirname, join } from "node:path";

import { errnoOf, toTypedError } from "../errors.ts";
import { type FileCalls, syncFileCalls } from "../file-calls.ts";
import type { FileFacts } from "../file-facts.ts";
import { absolutePath, followLinks } from "../follow-links.ts";
import type { Liveness } from "../processes/liveness.ts";
import {
  livenessOfWriter,
  parseTemporaryName,
  targetNameOf,
  type TemporaryName,
} from "../temporary-path.ts";

/** A temporary file beside a file: what a killed writer left, or a write that is under way. */
export interface Orphan {
  readonly path: string;
  /** Of its writer, as far as the name tells. */
  readonly pid: number | undefined;
  /**
   * Whether its writer still runs. `unknown`: it is on another machine or in another container, or
   * the name tells no more than a pid that is in use.
   */
  readonly writer: Liveness;
  /** In bytes. */
  readonly size: number;
  readonly modified: Date;
}

/**
 * The temporary files beside the file that `path` leads to, the newest first: those of this package
 * and those of the tools that wrote the same files before (`<path>.tmp.<pid>`, `<path>.<pid>.tmp`,
 * `<path>.tmp`). Changes nothing. Throws `WriteError` for a folder that cannot be read; where there
 * is none, there are no orphans.
 */
export async function findOrphans(path: string): Promise<Orphan[]> {
  const start = absolutePath(path);
  try {
    const { target } = followLinks(syncFileCalls, start);
    return listOrphans(syncFileCalls, target).map(({ orphan }) => orphan);
  } catch (error) {
    throw toTypedError(path, error);
  }
}

/** An orphan, and the path of the file that it was to become. */
export interface FolderOrphan extends Orphan {
  readonly target: string;
}

/**
 * The temporary files of this package in a folder, whatever file they were for, the newest of each file
 * first; not what is in folders below. Of other tools' names, a folder does not tell what they mean: see
 * `findOrphans`. Changes nothing. Throws as `findOrphans` does.
 */
export async function findOrphansIn(folder: string): Promise<FolderOrphan[]> {
  const start = absolutePath(folder);
  try {
    const names = new Set(namesIn(syncFileCalls, start));
    const byTarget = new Map<string, string[]>();
    for (const name of names) {
      const target = targetNameOf(name);
      if (target === undefined) continue;
      const others = byTarget.get(target);
      if (others === undefined) byTarget.set(target, [name]);
      else others.push(name);
    }
    return [...byTarget].toSorted(byName).flatMap(([name, of]) => {
      const target = join(start, name);
      const orphans = orphansAmong(syncFileCalls, target, of, names);
      return orphans.map(({ orphan }) => ({ ...orphan, target }));
    });
  } catch (error) {
    throw toTypedError(folder, error);
  }
}

export interface ListedOrphan {
  readonly orphan: Orphan;
  readonly name: TemporaryName;
  readonly stats: FileFacts;
}

/** The orphans of a file that is no link, the newest first. */
export function listOrphans(files: FileCalls, target: string): ListedOrphan[] {
  const names = new Set(namesIn(files, dirname(target)));
  const prefix = `${basename(target)}.`;
  const its = [...names].filter((name) => name.startsWith(prefix));
  return orphansAmong(files, target, its, names);
}

/** Those of a file among some of the names in its folder. */
function orphansAmong(
  files: FileCalls,
  target: string,
  some: readonly string[],
  names: ReadonlySet<string>,
): ListedOrphan[] {
  const folder = dirname(target);
  const listed = some.flatMap((name) => {
    const parsed = parseTemporaryName(target, name);
    if (parsed === undefined) return [];
    const path = join(folder, name);
    const stats = files.lstat(path);
    // Gone by now; or a link, which no writer leaves, and which may lead anywhere.
    if (stats?.isFile() !== true) return [];
    const { size, mtime } = stats;
    // Of a file `x.42`, `x.42.tmp` may be what no process 42 has written for `x`.
    const isAnothers = name.endsWith(".tmp") && names.has(name.slice(0, -".tmp".length));
    const writer = isAnothers ? "unknown" : livenessOfWriter(parsed);
    return [
      { orphan: { path, pid: parsed.pid, writer, size, modified: mtime }, name: parsed, stats },
    ];
  });
  return listed.toSorted(newestFirst);
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}

function newestFirst(one: ListedOrphan, other: ListedOrphan): number {
  const elapsed = other.stats.mtimeMs - one.stats.mtimeMs;
  return elapsed === 0 ? one.orphan.path.localeCompare(other.orphan.path) : elapsed;
}

function namesIn(files: FileCalls, folder: string): string[] {
  try {
    return files.readdir(folder);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    throw error;
  }
}
