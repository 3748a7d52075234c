import { crc32 } from "node:zlib";

import * as z from "zod/mini";

import type { ProcessIdentity } from "@x/atomic-fs";

/*
 * A journal is text, a line for each event, so that a person can read it:
 *
 *   <CRC-32 of the rest, 8 hexadecimal digits> <JSON>
 *
 * Who writes appends whole lines and never changes one. A last line without its end is one that is being
 * written, or was when its process was killed: it is not there yet. Any other line whose checksum does
 * not fit is damage.
 */

/** Grows when an older reader would take an event for another one. */
export const JOURNAL_VERSION = 1;

interface JournalHeader {
  readonly journal: number;
  readonly stream: string;
  readonly startedAt: string;
  /** Who writes; undefined where it cannot be told. */
  readonly process: ProcessIdentity | undefined;
}

/** What a line says, apart from its event, which is parsed by who applies it. */
export type JournalLine =
  | { readonly type: "header"; readonly header: JournalHeader }
  | { readonly type: "event"; readonly number: number; readonly raw: unknown }
  /** What was not applied by then is to be forgotten. */
  | { readonly type: "clear"; readonly number: number }
  /** Nothing more comes. */
  | { readonly type: "end" };

const ProcessSchema = z.object({
  machine: z.string(),
  boot: z.string(),
  namespace: z.string(),
  pid: z.number(),
  thread: z.optional(z.number()),
  start: z.string(),
});

const HeaderSchema = z.object({
  journal: z.number(),
  stream: z.string(),
  startedAt: z.string(),
  process: z.optional(ProcessSchema),
});

const EntrySchema = z.union([
  z.object({ n: z.int().check(z.minimum(1)), event: z.unknown() }),
  z.object({ n: z.int().check(z.minimum(1)), clear: z.literal(true) }),
  z.object({ end: z.literal(true) }),
]);

export function encodeLine(line: JournalLine): string {
  const json = JSON.stringify(bodyOf(line));
  return `${checksumOf(json)} ${json}\n`;
}

/** What the line says, which is without its end; undefined: it is damaged. */
export function decodeLine(line: string): JournalLine | undefined {
  const json = line.slice(9);
  if (line.slice(0, 9) !== `${checksumOf(json)} `) return undefined;
  const raw: unknown = JSON.parse(json);
  const header = z.safeParse(HeaderSchema, raw);
  if (header.success) {
    const { process } = header.data;
    const identity = process && { ...process, thread: process.thread };
    return { type: "header", header: { ...header.data, process: identity } };
  }
  const entry = z.safeParse(EntrySchema, raw);
  if (!entry.success) return undefined;
  if ("end" in entry.data) return { type: "end" };
  if ("clear" in entry.data) return { type: "clear", number: entry.data.n };
  return { type: "event", number: entry.data.n, raw: entry.data.event };
}

function bodyOf(line: JournalLine): object {
  switch (line.type) {
    case "header":
      return line.header;
    case "event":
      return { n: line.number, event: line.raw };
    case "clear":
      return { n: line.number, clear: true };
    case "end":
      return { end: true };
  }
}

function checksumOf(json: string): string {
  return crc32(json).toString(16).padStart(8, "0");
}
