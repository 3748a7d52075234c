import { join } from "node:path";

import { databasePathOf, MEMORY_PATH } from "../database-path.ts";
import { pathBehindLinks } from "../path-behind-links.ts";

/**
 * Where the journals of a database are: beside the file itself, whatever link leads there. Takes what
 * `DatabaseConfig` takes for a path, and throws a TypeError for one that is none, such as `:memory:`.
 */
export function journalFolderOf(databasePath?: string): string {
  const path = databasePathOf(databasePath);
  if (path === MEMORY_PATH) throw new TypeError("a database in memory has no journals");
  return `${pathBehindLinks(path)}.journals`;
}

/** The file of one part of a stream. */
export interface Segment {
  readonly path: string;
  readonly stream: string;
  /** 1, 2, 3: each is begun when the one before is complete. */
  readonly part: number;
}

const NAME = /^([a-z0-9]+-[a-z0-9]+)\.(\d{1,9})\.jsonl$/;

export function segmentName(stream: string, part: number): string {
  return `${stream}.${part}.jsonl`;
}

/** Undefined for a file that is none. */
export function parseSegmentName(folder: string, name: string): Segment | undefined {
  const [, stream, part] = NAME.exec(name) ?? [];
  if (stream === undefined) return undefined;
  return { path: join(folder, name), stream, part: Number(part) };
}
