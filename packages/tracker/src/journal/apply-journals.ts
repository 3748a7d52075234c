import fs from "node:fs";

import { processLiveness, quarantineFileSync, WriteError } from "@x/atomic-fs";
import type { Store } from "@x/registry-core";

import type { JournalFlush } from "../database.ts";
import { errnoOf } from "../errno.ts";
import type { AppliedBatch, EventBatch } from "../events/event-transaction.ts";
import type { NumberedEvent } from "../events/tracker-event.ts";
import { type Failure, failureOf } from "../failure.ts";
import { isFullError } from "../full-error.ts";
import * as of from "../records/collections.ts";
import { forgetPositions } from "./forget-positions.ts";
import type { Segment } from "./journal-folder.ts";
import { listStreams } from "./list-streams.ts";
import { eventsBehind, readStream, type StreamContent } from "./read-stream.ts";

/** Applies a batch, or throws and changes nothing. */
type Apply = (batch: EventBatch) => Promise<AppliedBatch>;

// A transaction of as many takes some tens of milliseconds, for which others wait.
const EVENTS_AT_ONCE = 2_000;
// A process that cannot be seen from here, such as one in a container, may sleep. It notices that its file is gone.
const UNSEEN_KEPT_MILLISECONDS = 7 * 86_400_000;

/**
 * Applies what is in the journals of a folder, of processes that live and of those that do not. Each event
 * once, whoever else does the same at the same time: how far a stream is applied is stored with what its
 * events come to. What is applied and will not grow any more is removed. What is wrong with one stream
 * is among the failures, and holds up no other.
 */
export async function applyJournals(
  folder: string,
  store: Store,
  now: number,
  apply: Apply,
): Promise<JournalFlush> {
  const applied = new Map<string, number>();
  const failures: Failure[] = [];
  let entriesWritten = 0;
  let streams: ReadonlyMap<string, readonly Segment[]>;
  try {
    streams = listStreams(folder);
  } catch (error) {
    return { entriesWritten, applied, failures: [failureOf(error)] };
  }
  for (const stream of streams.keys()) {
    try {
      const content = readSettled(folder, stream, now);
      const before = (await store.get(of.streams.at(stream)))?.applied ?? 0;
      applied.set(stream, before);
      const { all, ready, faults } = readyEvents(stream, content, before);
      failures.push(...faults);
      await applyInBatches(stream, ready, apply, (batch) => {
        applied.set(stream, batch.applied);
        entriesWritten += batch.entriesWritten;
      });
      if (ready.length === all) failures.push(...removeApplied(stream, content));
    } catch (error) {
      failures.push(failureOf(error, stream));
    }
  }
  try {
    await forgetPositions(store, now, streams);
  } catch (error) {
    // A database that is full says so where it matters.
    if (!isFullError(error)) failures.push(failureOf(error));
  }
  return { entriesWritten, applied, failures };
}

interface SettledContent extends StreamContent {
  /**
   * `growing`: somebody may append to these files. `ended`: to other ones only. `gone`: nobody has any more of
   * it, in memory either.
   */
  readonly state: "growing" | "ended" | "gone";
  /** Whether its process can be seen from here. */
  readonly isSeen: boolean;
}

/**
 * Of a process that is gone, all that it has written: that it is gone must be known before its files are read
 * for the last time.
 */
function readSettled(folder: string, stream: string, now: number): SettledContent {
  const read = (): StreamContent => readStream(listStreams(folder).get(stream) ?? []);
  const content = read();
  const liveness = content.process === undefined ? "unknown" : processLiveness(content.process);
  if (liveness === "dead") return { ...read(), state: "gone", isSeen: true };
  const last = content.segments.at(-1)?.modified.getTime() ?? now;
  const isAbandoned = now - last > UNSEEN_KEPT_MILLISECONDS;
  const isSeen = liveness !== "unknown";
  if (!isSeen && isAbandoned) return { ...content, state: "gone", isSeen };
  return { ...content, state: content.hasEnded ? "ended" : "growing", isSeen };
}

interface ReadyEvents {
  readonly ready: readonly NumberedEvent[];
  /** How many there would be. */
  readonly all: number;
  readonly faults: readonly Failure[];
}

/** What can be applied now, and what is wrong with the rest. */
function readyEvents(stream: string, content: SettledContent, applied: number): ReadyEvents {
  const { events, fault } = eventsBehind(content, applied);
  const first = Math.max(applied, content.cleared) + 1;
  const faults = fault === undefined ? [] : [failureOf(fault, stream)];
  const all = events.length + faults.length;
  if (content.state === "gone") {
    const missing = (events.at(-1)?.number ?? first - 1) - first + 1 - events.length;
    if (missing > 0) faults.push(missingEvents(stream, missing));
    // A group without its end is one in whose midst its process was killed.
    const ready = wholeGroups(events);
    return { ready, all: all - (events.length - ready.length), faults };
  }
  // Up to the first one that is missing: its process may still have it, and writes it again.
  const gap = events.findIndex(({ number }, index) => number !== first + index);
  const ready = wholeGroups(gap === -1 ? events : events.slice(0, gap));
  // With nothing in them, they have just been made, or somebody else has applied and removed them.
  const isEmpty = content.lines.length === 0 && content.damagedLines === 0;
  const isHeldUp = gap !== -1 || (content.process === undefined && !isEmpty);
  // One that can be seen mends it with its next flush.
  if (isHeldUp && (content.damagedLines > 0 || !content.isSeen)) {
    faults.push(waitingStream(stream));
  }
  return { ready, all, faults };
}

/** Without the beginning of a group whose end is not there: it is being written, or its process was killed. */
function wholeGroups(events: readonly NumberedEvent[]): readonly NumberedEvent[] {
  const last = events.findLastIndex(({ more = 0 }) => more === 0);
  return events.slice(0, last + 1);
}

/** Behind at least so many events, where no group is cut. */
function endOfBatch(events: readonly NumberedEvent[], from: number, size: number): number {
  let end = Math.min(from + size, events.length);
  while (end < events.length && (events[end - 1]?.more ?? 0) > 0) end += 1;
  return end;
}

async function applyInBatches(
  stream: string,
  events: readonly NumberedEvent[],
  apply: Apply,
  onApplied: (batch: AppliedBatch) => void,
): Promise<void> {
  let size = EVENTS_AT_ONCE;
  for (let from = 0; from < events.length;) {
    const batch = events.slice(from, endOfBatch(events, from, size));
    try {
      onApplied(await apply({ stream, events: batch }));
      from += batch.length;
    } catch (error) {
      // Where not all of it has room, as much as there is room for.
      if (!isFullError(error) || size === 1) throw error;
      size = Math.ceil(Math.min(size, batch.length) / 2);
    }
  }
}

/** Gives what could not be removed, and what is kept because it is damaged. */
function removeApplied(stream: string, content: SettledContent): Failure[] {
  // One that is followed by another is complete.
  const done = content.state === "growing" ? content.segments.slice(0, -1) : content.segments;
  return done.flatMap(({ segment, damagedLines }) => {
    try {
      if (damagedLines > 0) return [setAside(segment, damagedLines)];
      fs.rmSync(segment.path, { force: true });
      return [];
    } catch (error) {
      // Somebody else has set it aside, and told so.
      if (error instanceof WriteError && errnoOf(error.cause) === "ENOENT") return [];
      const { message } = failureOf(error);
      const reason = `the journal ${segment.path} is applied, and cannot be removed: ${message}`;
      return [{ code: "TRACKER_JOURNAL_STAYS", message: reason, stream }];
    }
  });
}

function setAside({ path, stream }: Segment, damagedLines: number): Failure {
  const aside = quarantineFileSync(path);
  const message = `the journal ${path}: ${linesOf(damagedLines)} of it cannot be read; the others are applied, and it is kept as ${aside}`;
  return { code: "TRACKER_JOURNAL_DAMAGED", message, stream };
}

function missingEvents(stream: string, missing: number): Failure {
  const events = missing === 1 ? "1 event is" : `${missing} events are`;
  const message = `of the journal ${stream}, ${events} missing: its file was damaged or removed`;
  return { code: "TRACKER_JOURNAL_DAMAGED", message, stream };
}

function waitingStream(stream: string): Failure {
  const message = `of the journal ${stream}, events are missing or cannot be read; what comes behind waits for its process, for a week at most where that cannot be seen`;
  return { code: "TRACKER_JOURNAL_DAMAGED", message, stream };
}

function linesOf(count: number): string {
  return count === 1 ? "1 line" : `${count} lines`;
}
