import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

/** What is below a folder: of each name its kind, mode, time of the last change, and what a file holds. */
export type Tree = ReadonlyMap<string, string>;

/** Folders before what is in them. */
export function treeOf(folder: string): Tree {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted();
  return new Map(names.map((name) => [name, entryAt(join(folder, name))]));
}

function entryAt(path: string): string {
  const stats = lstatSync(path);
  const seen = `${stats.mode.toString(8)} ${stats.mtimeMs}`;
  if (stats.isSymbolicLink()) return `${seen} -> ${readlinkSync(path)}`;
  return stats.isFile() ? `${seen} ${readFileSync(path, "latin1")}` : seen;
}

/** The names that only one of both has, or that are not the same in both. */
export function changedNames(one: Tree, other: Tree): string[] {
  const names = new Set([...one.keys(), ...other.keys()]);
  return [...names].filter((name) => one.get(name) !== other.get(name)).toSorted();
}

/** As they are told to people; what an engine notes of its readers, and the folder of that, is left out. */
export function changesOf(one: Tree, other: Tree): string[] {
  return changedNames(one, other).filter((name) => !ENGINE_NOTES.test(name));
}

const ENGINE_NOTES = /^records(?:[/\\]agents\.lmdb(?:-lock|\.state))?$/;
