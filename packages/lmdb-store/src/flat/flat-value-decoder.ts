// Also where a package is compiled that has this one inside.
// oxlint-disable-next-line typescript/triple-slash-reference
/// <reference path="../msgpackr-unpack-no-eval.d.ts" />
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { crc32 } from "node:zlib";

import type { Unpackr } from "msgpackr";
// The entry that never uses native code to extract texts, nor makes functions of the names in a value.
import { Unpackr as PlainUnpackr } from "msgpackr/unpack-no-eval";

import { DatabaseError } from "../errors.ts";
import { decompressBlock } from "./lz4-block.ts";
import { isOneItem } from "./message-pack-items.ts";

// As compression.cpp of lmdb has it. MessagePack may begin with such a byte as well, and is compressed then, however short.
const LEAST_MARK = 250;
const SHORT_MARK = 254;
const SHORT_HEADER_BYTES = 4;
const LONG_MARK = 255;
const LONG_HEADER_BYTES = 8;
// No byte of an LZ4 block stands for more of them.
const MOST_EACH = 255;

// That of lmdb 3.0 to 3.5: with another one, the texts would be others.
const DICTIONARY_CHECKSUM = 0x0d606add;

/** What a record holds, or why nobody can tell. */
export type DecodedValue = { readonly value: unknown } | { readonly fault: string };

/**
 * Reads values as lmdb stores them by default (MessagePack) and with `compression: true` (LZ4 from 1000 bytes
 * on), in plain JavaScript.
 *
 * The bytes have no checksum. Damaged ones are a fault, or another value.
 */
export class FlatValueDecoder {
  readonly #createUnpackr: (structures: string[][]) => Unpackr;
  #unpackr: Unpackr;
  #structures: readonly (readonly string[])[] = [];
  readonly #dictionary: Buffer;
  // The dictionary, and room for a value behind it.
  #room: Buffer;

  /** Throws `DatabaseError` (`LMDB_STORE_UNAVAILABLE`). */
  constructor(path: string) {
    const { MessagePack, dictionary } = loadParts(path);
    // As lmdb has them: the views that are decoded are valid for a moment only.
    this.#createUnpackr = (structures) => new MessagePack({ copyBuffers: true, structures });
    this.#unpackr = this.#createUnpackr([]);
    this.#dictionary = dictionary;
    this.#room = dictionary;
  }

  /** What is decoded from now on may refer to these names of properties, by the number of the list. */
  useStructures(structures: readonly (readonly string[])[]): void {
    this.#structures = structures;
    // It adds those to them that a value defines for itself.
    this.#unpackr = this.#createUnpackr(structures.map((names) => [...names]));
  }

  /** The lists of names that such a record holds; undefined: it holds something else. */
  structuresIn(stored: Uint8Array): readonly (readonly string[])[] | undefined {
    const decoded = this.decode(stored);
    if ("fault" in decoded || !Array.isArray(decoded.value)) return undefined;
    const lists: readonly unknown[] = decoded.value;
    return lists.every(isListOfNames) ? lists : undefined;
  }

  decode(stored: Uint8Array): DecodedValue {
    const packed = this.#decompress(stored);
    if (packed === undefined) return { fault: "its compressed bytes are damaged" };
    if (!isOneItem(packed, this.#structures))
      return { fault: "it is no MessagePack: it has another length" };
    try {
      const value: unknown = this.#unpackr.unpack(packed);
      return { value };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { fault: `it is no MessagePack: ${reason}` };
    }
  }

  #decompress(stored: Uint8Array): Uint8Array | undefined {
    const [mark = 0] = stored;
    if (mark < LEAST_MARK) return stored;
    const headerBytes = mark === LONG_MARK ? LONG_HEADER_BYTES : SHORT_HEADER_BYTES;
    if ((mark !== SHORT_MARK && mark !== LONG_MARK) || stored.length < headerBytes)
      return undefined;
    const header = Buffer.from(stored.buffer, stored.byteOffset, headerBytes);
    const size = mark === LONG_MARK ? header.readUInt32BE(4) : header.readUIntBE(1, 3);
    const block = stored.subarray(headerBytes);
    // Before room is made for what only damage can claim.
    if (size > block.length * MOST_EACH) return undefined;
    const start = this.#dictionary.length;
    const end = start + size;
    if (this.#room.length < end) {
      this.#room = Buffer.alloc(Math.max(end, 2 * this.#room.length));
      this.#room.set(this.#dictionary);
    }
    const isWhole = decompressBlock(block, this.#room.subarray(0, end), start);
    return isWhole ? this.#room.subarray(start, end) : undefined;
  }
}

/** That of an empty object has none. */
function isListOfNames(list: unknown): list is readonly string[] {
  return Array.isArray(list) && list.every((name) => typeof name === "string");
}

interface Parts {
  readonly MessagePack: typeof Unpackr;
  readonly dictionary: Buffer;
}

/** lmdb itself is only looked for, not loaded. */
function loadParts(path: string): Parts {
  try {
    const require = createRequire(import.meta.url);
    const dictionary = readFileSync(join(dirname(require.resolve("lmdb")), "../dict/dict.txt"));
    if (crc32(dictionary) !== DICTIONARY_CHECKSUM) throw new Error("its dictionary is another one");
    return { MessagePack: PlainUnpackr, dictionary };
  } catch (cause) {
    const reason = `what lmdb compresses cannot be read here: ${String(cause)}`;
    throw new DatabaseError("LMDB_STORE_UNAVAILABLE", path, reason, cause);
  }
}
