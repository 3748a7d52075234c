import { realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

/** Where the journals of a database are: beside the file itself, whatever link leads there. */
export function journalFolderOf(databasePath: string): string {
  return `${realPathOf(resolve(databasePath))}.journals`;
}

/** Of a file that need not be there. */
export function realPathOf(path: string): string {
  for (const parts of [[], [basename(path)]]) {
    try {
      const start = parts.length === 0 ? path : dirname(path);
      return join(realpathSync.native(start), ...parts);
    } catch {
      // It is not there: its folder may be, or is going to be made where the path says.
    }
  }
  return path;
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
