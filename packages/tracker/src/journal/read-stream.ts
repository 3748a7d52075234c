import fs from "node:fs";

import type { ProcessIdentity } from "@x/atomic-fs";

import { TrackerError } from "../errors.ts";
import { type NumberedEvent, parseEvent } from "../tracker-event.ts";
import type { Segment } from "./journal-folder.ts";
import { decodeLine, JOURNAL_VERSION, type JournalLine } from "./journal-line.ts";

/** What the files of one stream hold. */
export interface StreamContent {
  /** In the order of their numbers, each once, without those that were cleared. */
  readonly lines: readonly EventLine[];
  /** Up to there, what was not applied is to be forgotten; 0: nothing. */
  readonly cleared: number;
  /** Who writes; undefined: it cannot be told. */
  readonly process: ProcessIdentity | undefined;
  /** Nothing more comes. */
  readonly hasEnded: boolean;
  readonly segments: readonly SegmentContent[];
}

type EventLine = Extract<JournalLine, { type: "event" }>;

interface SegmentContent {
  readonly segment: Segment;
  readonly damagedLines: number;
  readonly modified: Date;
}

// Journals have a quarter of a mebibyte, and a line more.
const LONGEST_FILE_BYTES = 64 * 2 ** 20;

/** Throws `TrackerError` (`TRACKER_JOURNAL_UNREADABLE`). */
export function readStream(segments: readonly Segment[]): StreamContent {
  const events = new Map<number, EventLine>();
  const contents: SegmentContent[] = [];
  let process: ProcessIdentity | undefined;
  let hasEnded = false;
  let cleared = 0;
  for (const segment of segments) {
    const file = readSegment(segment);
    if (file === undefined) continue;
    for (const line of file.lines) {
      if (line.type === "header") {
        assertVersion(segment, line.header.journal);
        process ??= line.header.process;
      }
      if (line.type === "event" && !events.has(line.number)) events.set(line.number, line);
      if (line.type === "clear") cleared = Math.max(cleared, line.number);
      if (line.type === "end") hasEnded = true;
    }
    contents.push({ segment, ...file.facts });
  }
  const lines = [...events.values()]
    .filter(({ number }) => number > cleared)
    .toSorted((one, other) => one.number - other.number);
  return { lines, cleared, process, hasEnded, segments: contents };
}

/** Throws `TrackerError` (`TRACKER_JOURNAL_UNREADABLE`) for an event that this version does not know. */
export function eventsBehind(content: StreamContent, applied: number): NumberedEvent[] {
  return content.lines
    .filter(({ number }) => number > applied)
    .map(({ number, raw }) => {
      try {
        return { number, event: parseEvent(raw) };
      } catch (error) {
        const [first] = content.segments;
        throw unreadable(first?.segment.path ?? "", `event ${number} is not understood`, error);
      }
    });
}

interface SegmentFile {
  readonly lines: readonly JournalLine[];
  readonly facts: Omit<SegmentContent, "segment">;
}

/** Undefined: it is gone, for somebody else has applied and removed it. */
function readSegment({ path }: Segment): SegmentFile | undefined {
  let text: string;
  let modified: Date;
  try {
    const stats = fs.lstatSync(path);
    if (!stats.isFile()) throw new Error("it is no file");
    if (stats.size > LONGEST_FILE_BYTES) throw new Error(`it has ${stats.size} bytes`);
    modified = stats.mtime;
    text = fs.readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw unreadable(path, "it cannot be read", error);
  }
  // What is behind the last end of a line is not written yet, or never will be.
  const decoded = text.split("\n").slice(0, -1).map(decodeLine);
  const lines = decoded.filter((line) => line !== undefined);
  return { lines, facts: { damagedLines: decoded.length - lines.length, modified } };
}

function assertVersion({ path }: Segment, version: number): void {
  if (version <= JOURNAL_VERSION) return;
  throw unreadable(path, `a later version of the tracker has written it (journal ${version})`);
}

function unreadable(path: string, reason: string, cause?: unknown): TrackerError {
  const because = cause instanceof Error ? `: ${cause.message}` : "";
  return new TrackerError(
    "TRACKER_JOURNAL_UNREADABLE",
    `the journal ${path}: ${reason}${because}`,
    cause,
  );
}
