import type { open } from "lmdb";
import type { Packr } from "msgpackr";

import { DatabaseError } from "./errors.ts";

/** What is loaded when the first database is opened: until then no native code is in the process. */
export interface Native {
  readonly open: typeof open;
  readonly MessagePack: typeof Packr;
}

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
