import type { Database, open } from "lmdb";
import type { Packr } from "msgpackr";

import { DatabaseError } from "./errors.ts";

/** What is loaded when the first database is opened: until then no native code is in the process. */
export interface Native {
  readonly open: typeof open;
  readonly MessagePack: typeof Packr;
}

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

let loading: Promise<Native> | undefined;

/** Throws `DatabaseError` (`LMDB_STORE_UNAVAILABLE`), and tries again when it is called again. */
export async function loadNative(path: string): Promise<Native> {
  loading ??= importBoth();
  try {
    return await loading;
  } catch (cause) {
    loading = undefined;
    const reason = `the package lmdb cannot be loaded here: ${String(cause)}`;
    throw new DatabaseError("LMDB_STORE_UNAVAILABLE", path, reason, cause);
  }
}

async function importBoth(): Promise<Native> {
  const [lmdb, msgpackr] = await Promise.all([import("lmdb"), import("msgpackr")]);
  return { open: lmdb.open, MessagePack: msgpackr.Packr };
}
