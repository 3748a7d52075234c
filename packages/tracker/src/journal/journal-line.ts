import { crc32 } from "node:zlib";

import type { ProcessIdentity } from "@x/atomic-fs";

import {
  fields,
  isObject,
  number,
  optional,
  recordSchema,
  text,
} from "../records/record-schema.ts";

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

export interface JournalHeader {
  readonly journal: number;
  readonly stream: string;
  readonly startedAt: string;
  /** Who writes; undefined where it cannot be told. */
  readonly process: ProcessIdentity | undefined;
}

/** What a line says, apart from its event, which is parsed by who applies it. */
export type JournalLine =
  | { readonly type: "header"; readonly header: JournalHeader }
  | {
      readonly type: "event";
      readonly number: number;
      readonly raw: unknown;
      /** As in `NumberedEvent`. */
      readonly more?: number | undefined;
    }
  /** What was not applied by then is to be forgotten. */
  | { readonly type: "clear"; readonly number: number }
  /** Nothing more comes for now. */
  | { readonly type: "end" };

const process = fields({
  machine: text,
  boot: text,
  namespace: text,
  pid: number,
  thread: optional(number),
  start: text,
});

const headerSchema = recordSchema<JournalHeader>({
  journal: number,
  stream: text,
  startedAt: text,
  process: optional(process),
});

export function encodeLine(line: JournalLine): string {
  const json = JSON.stringify(bodyOf(line));
  return `${checksumOf(json)} ${json}\n`;
}

/** What the line says, which is without its end; undefined: it is damaged. */
export function decodeLine(line: string): JournalLine | undefined {
  const json = line.slice(9);
  if (line.slice(0, 9) !== `${checksumOf(json)} `) return undefined;
  const raw = parseJson(json);
  if (!isObject(raw)) return undefined;
  const { n, event, clear, end, more } = raw;
  if (Number.isSafeInteger(n) && typeof n === "number" && n >= 1) {
    if (clear === true) return { type: "clear", number: n };
    const found = { type: "event", number: n, raw: event } as const;
    return typeof more === "number" ? { ...found, more } : found;
  }
  if (end === true) return { type: "end" };
  if (headerSchema.check(raw) !== undefined) return undefined;
  const header = headerSchema.parse(raw);
  // JSON leaves out what is undefined.
  const identity = header.process && { ...header.process, thread: header.process.thread };
  return { type: "header", header: { ...header, process: identity } };
}

/** Undefined for what is no JSON. */
function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // Nobody writes such a line: it is damaged, in a way that its checksum does not tell.
    return undefined;
  }
}

function bodyOf(line: JournalLine): object {
  switch (line.type) {
    case "header":
      return line.header;
    case "event":
      return { n: line.number, more: line.more, event: line.raw };
    case "clear":
      return { n: line.number, clear: true };
    case "end":
      return { end: true };
  }
}

function checksumOf(json: string): string {
  return crc32(json).toString(16).padStart(8, "0");
}
