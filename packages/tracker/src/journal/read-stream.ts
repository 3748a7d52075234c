import fs from "node:fs";

import type { ProcessIdentity } from "@x/atomic-fs";

import { errnoOf } from "../errno.ts";
import { TrackerError } from "../errors.ts";
import { type NumberedEvent, parseEvent } from "../events/tracker-event.ts";
import type { Segment } from "./journal-folder.ts";
import {
  decodeLine,
  JOURNAL_VERSION,
  type JournalHeader,
  type JournalLine,
} from "./journal-line.ts";

/** What the files of one stream hold. */
export interface StreamContent {
  /** In the order of their numbers, each once, without those that were cleared. */
  readonly lines: readonly EventLine[];
  /** Up to there, what was not applied is to be forgotten; 0: nothing. */
  readonly cleared: number;
  /** Who writes; undefined: it cannot be told. */
  readonly process: ProcessIdentity | undefined;
  /** Its process has said that nothing more comes for now. */
  readonly hasEnded: boolean;
  /** How many lines cannot be read. */
  readonly damagedLines: number;
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
    // Of the last one: it may have gone on in another file.
    hasEnded = file.lines.at(-1)?.type === "end";
    for (const line of file.lines) {
      if (line.type === "header") {
        assertOwn(segment, line.header);
        process ??= line.header.process;
      }
      if (line.type === "event" && !events.has(line.number)) events.set(line.number, line);
      if (line.type === "clear") cleared = Math.max(cleared, line.number);
    }
    contents.push({ segment, ...file.facts });
  }
  const lines = [...events.values()]
    .filter(({ number }) => number > cleared)
    .toSorted((one, other) => one.number - other.number);
  const damagedLines = contents.reduce((sum, content) => sum + content.damagedLines, 0);
  return { lines, cleared, process, hasEnded, damagedLines, segments: contents };
}

/** What is to be applied of a stream, up to what this version does not know. */
export interface EventsBehind {
  readonly events: readonly NumberedEvent[];
  /** What stands behind them. */
  readonly fault: TrackerError | undefined;
}

export function eventsBehind(content: StreamContent, applied: number): EventsBehind {
  const events: NumberedEvent[] = [];
  for (const { number, raw, more } of content.lines) {
    if (number <= applied) continue;
    try {
      events.push({ number, event: parseEvent(raw), more });
    } catch (error) {
      const path = content.segments.at(-1)?.segment.path ?? "";
      return { events, fault: unreadable(path, `event ${number} is not understood`, error) };
    }
  }
  return { events, fault: undefined };
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
    if (errnoOf(error) === "ENOENT") return undefined;
    throw unreadable(path, "it cannot be read", error);
  }
  // What is behind the last end of a line is not written yet, or never will be.
  const decoded = text.split("\n").slice(0, -1).map(decodeLine);
  const lines = decoded.filter((line) => line !== undefined);
  return { lines, facts: { damagedLines: decoded.length - lines.length, modified } };
}

function assertOwn({ path, stream }: Segment, header: JournalHeader): void {
  if (header.journal > JOURNAL_VERSION) {
    throw unreadable(path, `a later version has written it (journal ${header.journal})`);
  }
  // Under another name its numbers would be new.
  if (header.stream !== stream) throw unreadable(path, `it is a copy of ${header.stream}`);
}

function unreadable(path: string, reason: string, cause?: unknown): TrackerError {
  const because = cause instanceof Error ? `: ${cause.message}` : "";
  return new TrackerError(
    "TRACKER_JOURNAL_UNREADABLE",
    `the journal ${path}: ${reason}${because}`,
    cause,
  );
}
