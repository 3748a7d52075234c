import { randomBytes } from "node:crypto";
import fs from "node:fs";
import { join } from "node:path";

import { identifyProcess } from "@x/atomic-fs";
import { type Warning, writeWarning } from "@x/registry-core";

import type { NumberedEvent } from "../tracker-event.ts";
import { segmentName } from "./journal-folder.ts";
import { encodeLine, JOURNAL_VERSION, type JournalLine } from "./journal-line.ts";

export interface JournalOptions {
  /** Hears when the journal cannot be written: once, until it can be again. Default: a line on stderr. */
  readonly onWarning?: ((warning: Warning) => void) | undefined;
}

// So that what was applied can be removed while its process goes on, and is read again by few.
const LONGEST_SEGMENT_BYTES = 256 * 1024;
// One call for most; a long queue does not become one text.
const LINES_AT_ONCE = 500;

/**
 * The journal of one write buffer: a line for each event, appended by one system call without a sync. It
 * survives `kill -9`, and after `sync` a power cut. Nobody else writes to its files; whoever flushes reads
 * them (`applyJournals`). No call throws: what cannot be written now is written before what comes next.
 */
export class Journal {
  readonly folder: string;
  /** Told apart from that of any other process, and of any other journal of this one. */
  readonly stream: string;
  readonly #onWarning: (warning: Warning) => void;
  #segments: { readonly path: string; readonly lastNumber: () => number }[] = [];
  #current: OpenSegment | undefined;
  #parts = 0;
  #unwritten: JournalLine[] = [];
  #hasFailed = false;
  #isClosed = false;

  /** Makes nothing on the disk before the first event. */
  constructor(folder: string, { onWarning = writeWarning }: JournalOptions = {}) {
    this.folder = folder;
    this.stream = `${process.pid.toString(36)}-${randomBytes(8).toString("hex")}`;
    this.#onWarning = onWarning;
  }

  /** Whether all that was appended is in the files. */
  get isWritten(): boolean {
    return this.#unwritten.length === 0;
  }

  append({ number, event }: NumberedEvent): void {
    this.#write({ type: "event", number, raw: event });
  }

  /** Everything up to that number is to be forgotten, unless it was applied already. */
  clear(number: number): void {
    this.#write({ type: "clear", number });
  }

  /** Writes again what is pending and whose file somebody has removed. */
  ensure(pending: readonly NumberedEvent[]): void {
    const gone = this.#segments.filter(({ path }) => !fs.existsSync(path));
    if (gone.length > 0) {
      this.#segments = this.#segments.filter((segment) => !gone.includes(segment));
      if (gone.some(({ path }) => path === this.#current?.path)) this.#leave();
      // The numbers say which of them are in other files, too.
      const last = Math.max(...gone.map(({ lastNumber }) => lastNumber()));
      const lost = pending.filter(({ number }) => number <= last);
      this.#unwritten.unshift(
        ...lost.map(({ number, event }) => ({ type: "event", number, raw: event }) as const),
      );
    }
    this.#writeOut();
  }

  /** What was appended survives a power cut. Resolves also when the disk refuses: then it is as it was. */
  async sync(): Promise<void> {
    const descriptor = this.#current?.descriptor;
    if (descriptor === undefined) return;
    await new Promise<void>((resolve) => {
      fs.fdatasync(descriptor, (error) => {
        // Closed meanwhile, it was synced by that.
        if (error !== null && error.code !== "EBADF") this.#fail(error);
        resolve();
      });
    });
  }

  /** Says that nothing more comes, so that the files can go when they are applied. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#parts > 0) this.#write({ type: "end" });
    this.#leave();
  }

  #write(line: JournalLine): void {
    this.#unwritten.push(line);
    this.#writeOut();
  }

  #writeOut(): void {
    while (this.#unwritten.length > 0) {
      try {
        const segment = this.#segment();
        const lines = this.#unwritten.slice(0, LINES_AT_ONCE);
        segment.append(lines);
        this.#unwritten = this.#unwritten.slice(lines.length);
        this.#hasFailed = false;
      } catch (error) {
        this.#fail(error);
        return;
      }
    }
  }

  /** The one that is written to. */
  #segment(): OpenSegment {
    if (this.#current?.isRemoved() === true) this.#leave();
    if (this.#current !== undefined && this.#current.size >= LONGEST_SEGMENT_BYTES) {
      fs.fdatasyncSync(this.#current.descriptor);
      this.#leave();
    }
    if (this.#current === undefined) {
      fs.mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      const part = this.#parts + 1;
      const header = {
        journal: JOURNAL_VERSION,
        stream: this.stream,
        startedAt: new Date().toISOString(),
        process: identifyProcess(),
      };
      const path = join(this.folder, segmentName(this.stream, part));
      const segment = new OpenSegment(path, { type: "header", header });
      this.#parts = part;
      this.#current = segment;
      this.#segments.push({ path, lastNumber: () => segment.lastNumber });
    }
    return this.#current;
  }

  #leave(): void {
    this.#current?.close();
    this.#current = undefined;
  }

  #fail(cause: unknown): void {
    if (this.#current?.isWhole === false) this.#leave();
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    const reason = cause instanceof Error ? cause.message : String(cause);
    this.#onWarning({
      code: "TRACKER_JOURNAL_UNWRITABLE",
      message: `events are kept in memory only, because the journal cannot be written: ${reason}`,
      path: this.folder,
    });
  }
}

class OpenSegment {
  readonly path: string;
  readonly descriptor: number;
  size = 0;
  lastNumber = 0;
  /** False: it ends with a part of a line, and what comes next begins a file of its own. */
  isWhole = true;
  #isOpen = true;

  constructor(path: string, header: JournalLine) {
    this.path = path;
    const { O_WRONLY, O_APPEND, O_CREAT, O_EXCL } = fs.constants;
    this.descriptor = fs.openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL, 0o600);
    try {
      this.append([header]);
    } catch (error) {
      this.close();
      fs.unlinkSync(path);
      throw error;
    }
  }

  /** Throws when not all of it could be written; then there may be whole lines of it for a moment. */
  append(lines: readonly JournalLine[]): void {
    const bytes = Buffer.from(lines.map(encodeLine).join(""));
    try {
      for (let from = 0; from < bytes.length;) {
        const written = fs.writeSync(this.descriptor, bytes, from);
        if (written === 0) throw new Error("nothing more can be written");
        from += written;
      }
    } catch (error) {
      this.#cut();
      throw error;
    }
    this.size += bytes.length;
    const last = lines.at(-1);
    if (last !== undefined && "number" in last) this.lastNumber = last.number;
  }

  /** Back to the last line that was told to be written. */
  #cut(): void {
    try {
      fs.ftruncateSync(this.descriptor, this.size);
    } catch {
      // Readers leave out the part of a line at its end.
      this.isWhole = false;
    }
  }

  /** Somebody has removed the file: nobody would find what is appended. */
  isRemoved(): boolean {
    return fs.fstatSync(this.descriptor).nlink === 0;
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    fs.closeSync(this.descriptor);
  }
}
