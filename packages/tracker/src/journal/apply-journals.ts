import fs from "node:fs";

import { processLiveness, quarantineFileSync } from "@x/atomic-fs";
import type { Store } from "@x/registry-core";

import * as of from "../collections.ts";
import type { Failure, JournalFlush } from "../database.ts";
import { entriesInPages } from "../entries-in-pages.ts";
import type { AppliedBatch, EventBatch } from "../event-transaction.ts";
import { isFullError } from "../full-error.ts";
import type { NumberedEvent } from "../tracker-event.ts";
import type { Segment } from "./journal-folder.ts";
import { listStreams } from "./list-streams.ts";
import { eventsBehind, readStream, type StreamContent } from "./read-stream.ts";

/** Applies a batch, or throws and changes nothing. */
type Apply = (batch: EventBatch) => Promise<AppliedBatch>;

// A transaction of as many takes some tens of milliseconds, for which others wait.
const EVENTS_AT_ONCE = 2_000;
const DAY_MILLISECONDS = 86_400_000;
// A process that cannot be seen from here, such as one in a container, may sleep. It notices that its file is gone.
const UNSEEN_KEPT_DAYS = 7;
// Longer than anybody holds on to what was read from a file that is gone by now.
const POSITIONS_KEPT_DAYS = 30;

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
  let hasRemoved = false;
  const streams = listStreams(folder);
  for (const stream of streams.keys()) {
    try {
      const content = readSettled(folder, stream, now);
      const before = (await store.get(of.streams.at(stream)))?.applied ?? 0;
      applied.set(stream, before);
      const all = eventsBehind(content, before);
      const first = Math.max(before, content.cleared) + 1;
      const missing = content.state === "ended" ? missingFrom(all, first) : 0;
      const events = content.state === "ended" ? all : withoutGap(all, first);
      entriesWritten += await applyInBatches(stream, events, apply, (number) =>
        applied.set(stream, number),
      );
      if (missing > 0) failures.push(missingEvents(stream, missing));
      if (events.length === all.length) {
        hasRemoved = removeApplied(content, failures) || hasRemoved;
      }
    } catch (error) {
      failures.push(failureOf(error));
    }
  }
  if (hasRemoved) await forgetPositions(store, now, streams);
  return { entriesWritten, applied, failures };
}

interface SettledContent extends StreamContent {
  /** `ended`: nobody appends to the files any more. */
  readonly state: "ended" | "growing";
}

/**
 * Of a process that is gone, all that it has written: that it is gone must be known before its files are read
 * for the last time.
 */
function readSettled(folder: string, stream: string, now: number): SettledContent {
  const read = (): StreamContent => readStream(listStreams(folder).get(stream) ?? []);
  const content = read();
  if (content.hasEnded) return { ...content, state: "ended" };
  const liveness = content.process === undefined ? "unknown" : processLiveness(content.process);
  if (liveness === "dead") return { ...read(), state: "ended" };
  const last = content.segments.at(-1)?.modified.getTime() ?? now;
  const isAbandoned = now - last > UNSEEN_KEPT_DAYS * DAY_MILLISECONDS;
  return { ...content, state: liveness === "unknown" && isAbandoned ? "ended" : "growing" };
}

async function applyInBatches(
  stream: string,
  events: readonly NumberedEvent[],
  apply: Apply,
  onApplied: (number: number) => void,
): Promise<number> {
  let written = 0;
  let size = EVENTS_AT_ONCE;
  for (let from = 0; from < events.length;) {
    const batch = events.slice(from, from + size);
    try {
      const { entriesWritten, applied } = await apply({ stream, events: batch });
      onApplied(applied);
      written += entriesWritten;
      from += batch.length;
    } catch (error) {
      // Where not all of it has room, as much as there is room for.
      if (!isFullError(error) || batch.length === 1) throw error;
      size = Math.ceil(batch.length / 2);
    }
  }
  return written;
}

/** Up to the first one that is missing: its process may still have it, and write it again. */
function withoutGap(events: readonly NumberedEvent[], first: number): readonly NumberedEvent[] {
  const end = events.findIndex(({ number }, index) => number !== first + index);
  return end === -1 ? events : events.slice(0, end);
}

function missingFrom(events: readonly NumberedEvent[], first: number): number {
  const last = events.at(-1)?.number ?? first - 1;
  return last - first + 1 - events.length;
}

function missingEvents(stream: string, missing: number): Failure {
  const events = missing === 1 ? "1 event is" : `${missing} events are`;
  const message = `of the journal ${stream}, ${events} missing: its file was damaged or removed`;
  return { code: "TRACKER_JOURNAL_DAMAGED", message };
}

/** Whether something was removed. */
function removeApplied(content: SettledContent, failures: Failure[]): boolean {
  // One that is followed by another is complete.
  const done = content.state === "ended" ? content.segments : content.segments.slice(0, -1);
  for (const { segment, damagedLines } of done) {
    if (damagedLines === 0) fs.rmSync(segment.path, { force: true });
    else failures.push(setAside(segment, damagedLines));
  }
  return done.length > 0;
}

function setAside({ path }: Segment, damagedLines: number): Failure {
  const aside = quarantineFileSync(path);
  const lines = damagedLines === 1 ? "1 line" : `${damagedLines} lines`;
  const message = `the journal ${path}: ${lines} of it cannot be read; the others are applied, and it is kept as ${aside}`;
  return { code: "TRACKER_JOURNAL_DAMAGED", message };
}

/** How far streams were applied whose files are long gone. */
async function forgetPositions(
  store: Store,
  now: number,
  present: ReadonlyMap<string, unknown>,
): Promise<void> {
  const before = new Date(now - POSITIONS_KEPT_DAYS * DAY_MILLISECONDS).toISOString();
  const old: string[] = [];
  for await (const [stream, { at }] of entriesInPages(store, of.streams)) {
    if (at < before && !present.has(stream)) old.push(stream);
  }
  if (old.length === 0) return;
  const changes = old.map((stream) => of.streams.delete(stream));
  await store.transact([], () => ({ changes, result: undefined }));
}

export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { code: "TRACKER_FLUSH_FAILED", message: String(error) };
  const code =
    "code" in error && typeof error.code === "string" ? error.code : "TRACKER_FLUSH_FAILED";
  return { code, message: error.message };
}
