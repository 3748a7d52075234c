import fs from "node:fs";

import { errnoOf } from "../errno.ts";
import { parseSegmentName, type Segment } from "./journal-folder.ts";

/** The files of each stream, in their order. Without a folder there are none; throws what else it meets. */
export function listStreams(folder: string): Map<string, Segment[]> {
  const streams = new Map<string, Segment[]>();
  const segments = namesIn(folder).flatMap((name) => parseSegmentName(folder, name) ?? []);
  for (const segment of segments.toSorted((one, other) => one.part - other.part)) {
    streams.set(segment.stream, [...(streams.get(segment.stream) ?? []), segment]);
  }
  return streams;
}

export function listStreamNames(folder: string): string[] {
  return [...listStreams(folder).keys()];
}

function namesIn(folder: string): string[] {
  try {
    return fs.readdirSync(folder);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    throw error;
  }
}
