import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

/**
 * All that is below a folder, a line each: names, kinds, modes, times of the last change, and what the files hold.
 * What an engine notes of its readers, and the folder of that, is left out.
 */
export function treeOf(folder: string): string {
  return namesIn(folder)
    .map((name) => `${JSON.stringify(name)} ${entryAt(join(folder, name))}`)
    .join("\n");
}

/** What each file holds, wherever it is by now. */
export function filesKeptIn(folder: string): string[] {
  return namesIn(folder)
    .map((name) => join(folder, name))
    .filter((path) => lstatSync(path).isFile())
    .map(digestOf);
}

function namesIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return names.filter((name) => !ENGINE_NOTES.test(name)).toSorted();
}

const ENGINE_NOTES = /^records(?:[/\\]agents\.lmdb(?:-lock|\.state))?$/;

function entryAt(path: string): string {
  const stats = lstatSync(path);
  const seen = `${stats.mode.toString(8)} ${stats.mtimeMs}`;
  if (stats.isSymbolicLink()) return `${seen} -> ${readlinkSync(path)}`;
  return stats.isFile() ? `${seen} ${digestOf(path)}` : seen;
}

function digestOf(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}
