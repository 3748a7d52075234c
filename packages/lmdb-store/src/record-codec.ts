import { crc32 } from "node:zlib";

import type { Options, Packr } from "msgpackr";

/**
 * A record is stored as its value and a checksum over key and value (CRC-32, 4 bytes, little-endian).
 * The value is MessagePack; the names of the properties of objects that look alike stand once for all
 * of them, in a record of the collection (`STRUCTURES_KEY`; lmdb's `sharedStructuresKey`). A value that
 * MessagePack would not give back is JSON text behind a byte that no MessagePack begins with.
 *
 * LMDB has no checksums: a flipped bit in a value would be another value, and nobody would know.
 */
const CHECKSUM_BYTES = 4;
const JSON_MARK = 0xc1;
const JSON_MARK_BYTES = Buffer.of(JSON_MARK);

/** Keys of records have no NUL, so these come before all of them. */
export const FORMAT_KEY = "\0";
export const STRUCTURES_KEY = "\0structures";

// More kinds of objects than that are written with their names.
const MAXIMUM_STRUCTURES = 64;

/** Where a codec finds the structures that all processes share. */
export interface StructuresRecord {
  readonly read: () => Uint8Array | undefined;
  /** Within the transaction in which the values are written. */
  readonly write: (sealed: Buffer) => void;
}

/** The bytes to be stored under the key: with their checksum. */
export function seal(key: string, bytes: Uint8Array): Buffer {
  // The key stands before it, so that the sum is made at once.
  const keyBytes = Buffer.byteLength(key);
  const end = keyBytes + bytes.length;
  const sealed = Buffer.allocUnsafe(end + CHECKSUM_BYTES);
  sealed.write(key);
  sealed.set(bytes, keyBytes);
  sealed.writeUInt32LE(crc32(sealed.subarray(0, end)), end);
  return sealed.subarray(keyBytes);
}

/** What was sealed; undefined when it is not what was stored under this key. */
export function unseal(key: string | Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  const size = sealed.length - CHECKSUM_BYTES;
  if (size < 0) return undefined;
  const bytes = sealed.subarray(0, size);
  const sum = crc32(bytes, crc32(key));
  const isWhole =
    sealed[size] === (sum & 0xff) &&
    sealed[size + 1] === ((sum >>> 8) & 0xff) &&
    sealed[size + 2] === ((sum >>> 16) & 0xff) &&
    sealed[size + 3] === sum >>> 24;
  return isWhole ? bytes : undefined;
}

/** Values of one collection as bytes and back. */
export class RecordCodec {
  readonly #create: () => Packr;
  #packr: Packr;

  constructor(MessagePack: typeof Packr, record: StructuresRecord) {
    this.#create = () => new MessagePack(optionsOf(record));
    this.#packr = this.#create();
  }

  /** Within a transaction: it may have to write the structures, too. */
  encode(key: string, value: unknown): Buffer {
    return seal(key, hasOddName(value) ? jsonOf(value) : this.#packr.pack(value));
  }

  /** Undefined for what is not whole, or cannot be read. */
  decode(key: string, sealed: Uint8Array): { readonly value: unknown } | undefined {
    const bytes = unseal(key, sealed);
    if (bytes === undefined) return undefined;
    if (bytes[0] === JSON_MARK) {
      const text = Buffer.from(bytes.buffer, bytes.byteOffset + 1, bytes.length - 1).toString();
      return { value: JSON.parse(text) };
    }
    try {
      return { value: this.#packr.unpack(bytes) };
    } catch {
      // Its checksum is right: whoever has sealed it was no codec of this version.
      return undefined;
    }
  }

  /** To be called when a transaction was given up: the structures that it wrote are not there. */
  forget(): void {
    this.#packr = this.#create();
  }
}

function optionsOf(record: StructuresRecord): Options {
  return {
    useRecords: true,
    maxSharedStructures: MAXIMUM_STRUCTURES,
    getStructures: () => readStructures(record) ?? [],
    saveStructures: (structures, isCompatible?: (stored: object[] | undefined) => boolean) => {
      // Another process has added some: they are taken over, and the value is packed anew.
      if (isCompatible?.(readStructures(record)) === false) return false;
      record.write(seal(STRUCTURES_KEY, Buffer.from(JSON.stringify(structures))));
      return true;
    },
  };
}

function jsonOf(value: unknown): Buffer {
  return Buffer.concat([JSON_MARK_BYTES, Buffer.from(JSON.stringify(value))]);
}

function readStructures(record: StructuresRecord): string[][] | undefined {
  const sealed = record.read();
  if (sealed === undefined) return undefined;
  const bytes = unseal(STRUCTURES_KEY, sealed);
  if (bytes === undefined) throw new Error("the names of the properties are damaged");
  const structures: unknown = JSON.parse(Buffer.from(bytes).toString());
  // Nothing else is ever sealed under this key.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return structures as string[][];
}

// Its decoder renames the first one, its encoder keeps its own notes under the second one, and calls the
// third one.
const ODD_NAMES: ReadonlySet<string> = new Set(["__proto__", "__keys__", "toJSON"]);

/** Whether it has a property that MessagePack's encoder or decoder does not take as it is. */
function hasOddName(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(hasOddName);
  for (const name in value) {
    if (ODD_NAMES.has(name)) return true;
    // A JSON value has plain objects only.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const inner = (value as Record<string, unknown>)[name];
    if (typeof inner === "object" && inner !== null && hasOddName(inner)) return true;
  }
  return false;
}
