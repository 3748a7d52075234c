import type { Database } from "lmdb";

/** A collection as LMDB has it: bytes by the UTF-8 of a text, whose order is that of code points. */
export type NativeCollection = Database<Uint8Array, string>;

/** How its keys and values get to LMDB and back. */
export const COLLECTION_OPTIONS = {
  keyEncoder: {
    writeKey(key: string, target: Buffer, start: number): number {
      const end = start + Buffer.byteLength(key);
      // Else a part of it would be written.
      if (end > target.length) throw new RangeError("the key does not fit");
      return start + target.write(key, start);
    },
    readKey: (source: Buffer, start: number, end: number): string =>
      source.toString("utf8", start, end),
  },
  encoder: {
    encode: (value: Buffer): Buffer => value,
    /** Not a copy: the next call of LMDB writes over it. */
    decode: (bytes: Uint8Array): Uint8Array => bytes,
  },
} as const;
