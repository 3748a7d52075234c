import fs from "node:fs";
import { join } from "node:path";

import { printTable } from "../../../atomic-fs/bench/support/figures.ts";
import { activitiesFrom } from "./activity.ts";
import type { Engine, EngineKind } from "./engine.ts";
import { inWords } from "./sizes.ts";

const CHUNK = 10_000;

/** The files, by the names of their kinds. */
export type Files = ReadonlyMap<string, string>;

/** Makes a database of so many activities in each of the engines, and prints their sizes. */
export async function fillDatabases(
  folder: string,
  kinds: readonly EngineKind[],
  size: number,
): Promise<Files> {
  const files = new Map<string, string>();
  const engines = new Map<string, Engine>();
  const times = new Map<string, number>();
  for (const { name, open } of kinds) {
    const path = join(folder, `${size}-${files.size}.db`);
    files.set(name, path);
    engines.set(name, await open(path, { isDurable: false }));
  }
  for (let first = 0; first < size; first += CHUNK) {
    const activities = activitiesFrom(first, Math.min(CHUNK, size - first));
    for (const [name, engine] of engines) {
      const start = performance.now();
      engine.write(activities);
      times.set(name, (times.get(name) ?? 0) + performance.now() - start);
    }
  }
  for (const engine of engines.values()) await engine.close();
  printSizes(files, times, size);
  return files;
}

/** What was made for the kind of that name. */
export function fileOf(files: Files, name: string): string {
  const file = files.get(name);
  if (file === undefined) throw new TypeError(`there is no database of ${name}`);
  return file;
}

function printSizes(files: Files, times: ReadonlyMap<string, number>, size: number): void {
  const rows = [...files].map(([name, path]) => {
    const { size: bytes } = fs.statSync(path);
    return [
      name,
      (bytes / 2 ** 20).toFixed(1),
      (bytes / size).toFixed(0),
      (((times.get(name) ?? Number.NaN) * 1000) / size).toFixed(2),
    ];
  });
  const title = `${inWords(size)} records, written ${inWords(CHUNK)} at a time, not durable`;
  printTable(title, [["", "MB", "bytes a record", "µs a record"], ...rows]);
}
