import type { EventDatabase } from "../database.ts";
import type { NumberedEvent } from "../events/tracker-event.ts";
import { type Failure, failureOf } from "../failure.ts";
import { FULL_CODE } from "../full-error.ts";
import type { Journal } from "../journal/journal.ts";

/** Events that are in a journal, and in memory. */
export interface JournaledEvents {
  readonly stream: string;
  readonly journal: Journal;
  /** Those to be flushed that nobody has applied yet, as far as it is known. */
  readonly pending: () => readonly NumberedEvent[];
}

export interface JournaledFlush {
  readonly entriesWritten: number;
  readonly failures: readonly Failure[];
}

/**
 * Has the journals applied. What of its own cannot be read there (somebody has removed or changed a file, or it
 * could not be written) is still in memory: it is applied from there, where the database is open in this process,
 * and else written again, in a new file.
 */
export async function flushJournal(
  { stream, journal, pending }: JournaledEvents,
  database: EventDatabase,
  onApplied: (number: number) => void,
): Promise<JournaledFlush> {
  const apply = async (): Promise<JournaledFlush> => {
    await journal.sync();
    const { entriesWritten, applied, failures } = await database.applyJournals(journal.folder);
    onApplied(applied.get(stream) ?? 0);
    return { entriesWritten, failures };
  };
  const first = await apply();
  const isFull = first.failures.some(({ code }) => code === FULL_CODE);
  if (pending().length === 0 || isFull) return first;
  const again = await applyPending({ stream, journal, pending }, database, onApplied, apply);
  // What was wrong with its own files is mended, or told again.
  const others = first.failures.filter((failure) => failure.stream !== stream);
  const failures = [...others, ...again.failures];
  const waiting = pending().length;
  if (waiting > 0 && again.failures.length === 0) failures.push(waitingEvents(waiting));
  return { entriesWritten: first.entriesWritten + again.entriesWritten, failures };
}

async function applyPending(
  { stream, journal, pending }: JournaledEvents,
  database: EventDatabase,
  onApplied: (number: number) => void,
  applyJournals: () => Promise<JournaledFlush>,
): Promise<JournaledFlush> {
  try {
    if (!database.appliesEvents) {
      journal.rewrite();
      return await applyJournals();
    }
    const { entriesWritten, applied } = await database.applyEvents({ stream, events: pending() });
    onApplied(applied);
    // What comes next is not to be looked for where these could not be read.
    journal.abandon();
    return { entriesWritten, failures: [] };
  } catch (error) {
    return { entriesWritten: 0, failures: [failureOf(error, stream)] };
  }
}

function waitingEvents(count: number): Failure {
  const events = count === 1 ? "1 event waits" : `${count} events wait`;
  const message = `${events} in memory, because the journal cannot be written or read`;
  return { code: "TRACKER_EVENTS_WAITING", message };
}
