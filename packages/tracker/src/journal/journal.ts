import { randomBytes } from "node:crypto";
import fs from "node:fs";
import { dirname, join } from "node:path";

import { identifyProcess, syncFolder, WriteError } from "@x/atomic-fs";
import { type Warning, writeWarning } from "@x/registry-core";

import { errnoOf } from "../errno.ts";
import type { NumberedEvent } from "../events/tracker-event.ts";
import { segmentName } from "./journal-folder.ts";
import { encodeLine, JOURNAL_VERSION, type JournalLine } from "./journal-line.ts";
import { OpenSegment } from "./open-segment.ts";

/** Who hears that a journal cannot be written. */
export interface JournalOptions {
  /** Hears when the journal cannot be written: once, until it can be again. Default: a line on stderr. */
  readonly onWarning?: ((warning: Warning) => void) | undefined;
}

// So that what was applied can be removed while its process goes on, and is read again by few.
const LONGEST_SEGMENT_BYTES = 256 * 1024;
// One call for most; a long queue does not become one text.
const LINES_AT_ONCE = 500;
// While it cannot be written, a hook tries it no more often.
const PAUSE_MILLISECONDS = 250;

/**
 * The journal of one write buffer: a line for each event, appended by one system call without a sync. It
 * survives `kill -9`, and after `sync` a power cut. Nobody else writes to its files; whoever flushes reads
 * them (`applyJournals`). No call throws: what cannot be written now is written before what comes next.
 *
 * Who has made one gives it to a write buffer, and calls `sync`; all else is for that buffer.
 */
export class Journal {
  readonly folder: string;
  /** Told apart from that of any other process, and of any other journal of this one. */
  readonly stream: string;
  readonly #onWarning: (warning: Warning) => void;
  #pending: () => readonly NumberedEvent[] = () => [];
  #isAttached = false;
  #current: OpenSegment | undefined;
  #parts = 0;
  #lastNumber = 0;
  /** Encoded lines, in their order. */
  #unwritten: string[] = [];
  /** The next one begins a file of its own. */
  #isBroken = false;
  #failedAt: number | undefined;
  /** What closes files that are complete, and syncs them before. */
  readonly #closing = new Set<Promise<void>>();
  #isFolderSynced = false;

  /** Makes nothing on the disk before the first event. Throws a TypeError for what is no folder. */
  constructor(folder: string, { onWarning = writeWarning }: JournalOptions = {}) {
    // No call throws: it would be told as a journal that cannot be written.
    if (typeof folder !== "string" || folder === "")
      throw new TypeError("a journal needs a folder");
    this.folder = folder;
    this.stream = `${process.pid.toString(36)}-${randomBytes(8).toString("hex")}`;
    this.#onWarning = onWarning;
  }

  /** Whether all that was noted is in the files; what is not, waits in memory. */
  get isWritten(): boolean {
    return this.#unwritten.length === 0;
  }

  /**
   * For its write buffer, once: `pending` gives the events that nobody has applied yet, to be written again when
   * somebody has removed the file they are in. Throws a TypeError when it has a buffer already.
   */
  attach(pending: () => readonly NumberedEvent[]): void {
    if (this.#isAttached) throw new TypeError("a journal belongs to one write buffer");
    this.#isAttached = true;
    this.#pending = pending;
  }

  /** For its write buffer: adds the events to the file, by one call; they are pending by now. */
  append(events: readonly NumberedEvent[]): void {
    this.#lastNumber = events.at(-1)?.number ?? this.#lastNumber;
    this.#write(events.map(lineOf));
  }

  /** For its write buffer: everything up to now is to be forgotten, unless it was applied already. Nothing is pending any more. */
  clear(): void {
    this.#write([{ type: "clear", number: this.#lastNumber }]);
  }

  /** For its write buffer: writes what is pending again, in a file of its own: it could not be read where it is. */
  rewrite(): void {
    this.abandon();
    this.#writeOut();
  }

  /** For its write buffer: what comes next begins a file of its own, with what is still pending. */
  abandon(): void {
    this.#isBroken = true;
    this.#unwritten = this.#pending().map((event) => encodeLine(lineOf(event)));
  }

  /** What was appended survives a power cut. Resolves also when the disk refuses: then it is as it was. */
  async sync(): Promise<void> {
    this.#look();
    this.#writeOut();
    await Promise.all(this.#closing);
    const segment = this.#current;
    try {
      if (segment !== undefined) await segment.sync();
      if (this.#parts === 0 || this.#isFolderSynced) return;
      await syncFolder(this.folder);
      await syncFolder(dirname(this.folder));
      this.#isFolderSynced = true;
    } catch (error) {
      // It was closed meanwhile, and synced before that; or somebody has removed it, which the next event finds.
      const cause = error instanceof WriteError ? error.cause : error;
      if (segment === this.#current && errnoOf(cause) !== "ENOENT") this.#fail(cause);
    }
  }

  /** As `close` of its write buffer: says that nothing more comes for now, so that the files can go when they are applied. Resolves when they are closed. */
  async close(): Promise<void> {
    this.#look();
    this.#writeOut();
    if (this.#current !== undefined) {
      this.#unwritten.push(encodeLine({ type: "end" }));
      this.#writeOut();
      this.#leave();
    }
    await Promise.all(this.#closing);
  }

  #write(lines: readonly JournalLine[]): void {
    for (const line of lines) this.#unwritten.push(encodeLine(line));
    const hasPause =
      this.#failedAt !== undefined && performance.now() - this.#failedAt < PAUSE_MILLISECONDS;
    if (!hasPause) this.#writeOut();
  }

  #writeOut(): void {
    try {
      while (this.#unwritten.length > 0) {
        const segment = this.#segment();
        const lines = this.#unwritten.slice(0, LINES_AT_ONCE);
        segment.append(lines.join(""));
        this.#unwritten = this.#unwritten.slice(lines.length);
      }
      this.#failedAt = undefined;
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The one that is written to. */
  #segment(): OpenSegment {
    this.#look();
    const isFull = (this.#current?.size ?? 0) >= LONGEST_SEGMENT_BYTES;
    if (this.#isBroken || isFull) this.#leave();
    this.#current ??= this.#open();
    this.#isBroken = false;
    return this.#current;
  }

  #open(): OpenSegment {
    fs.mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    for (;;) {
      this.#parts += 1;
      const path = join(this.folder, segmentName(this.stream, this.#parts));
      try {
        const segment = new OpenSegment(path, this.#beginning());
        this.#isFolderSynced = false;
        return segment;
      } catch (error) {
        // Somebody has taken its name.
        if (errnoOf(error) !== "EEXIST") throw error;
      }
    }
  }

  /** When somebody has removed or changed the file, nobody would find what is in it: it is written again. */
  #look(): void {
    if (this.#isBroken || this.#current === undefined || this.#current.isAsWritten()) return;
    this.abandon();
  }

  /**
   * What a file begins with. What is before the first pending event is applied, or was forgotten; that it was may not be
   * readable any more.
   */
  #beginning(): string {
    const header = {
      journal: JOURNAL_VERSION,
      stream: this.stream,
      startedAt: new Date().toISOString(),
      process: identifyProcess(),
    };
    const number = (this.#pending()[0]?.number ?? this.#lastNumber + 1) - 1;
    const clear = number > 0 ? encodeLine({ type: "clear", number }) : "";
    return encodeLine({ type: "header", header }) + clear;
  }

  #leave(): void {
    const segment = this.#current;
    if (segment === undefined) return;
    this.#current = undefined;
    const closing = segment
      .close()
      .catch((error: unknown) => this.#fail(error))
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  #fail(cause: unknown): void {
    if (this.#current?.isWhole === false) this.#isBroken = true;
    const isFirst = this.#failedAt === undefined;
    this.#failedAt = performance.now();
    if (!isFirst) return;
    const reason = cause instanceof Error ? cause.message : String(cause);
    try {
      this.#onWarning({
        code: "TRACKER_JOURNAL_UNWRITABLE",
        message: `events are kept in memory only, because the journal cannot be written: ${reason}`,
        path: this.folder,
      });
    } catch {
      // It is called within a hook, which nobody's listener may break.
    }
  }
}

function lineOf({ number, event, more }: NumberedEvent): JournalLine {
  return { type: "event", number, raw: event, more };
}
