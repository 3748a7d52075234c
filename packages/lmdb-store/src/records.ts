import { type Address, type Collection, type Range, StoreError } from "@x/registry-core";

import type { Environment, OpenCollection } from "./environment.ts";

/** What is stored at the address; undefined for nothing. Throws `StoreError` (`REGISTRY_RECORD_CORRUPT`). */
export function rawIn(
  environment: Environment,
  { collection, key }: Pick<Address<unknown>, "collection" | "key">,
): unknown {
  const open = environment.collection(collection);
  const bytes = Buffer.from(key);
  const sealed = open.database.getBinaryFast(bytes);
  return sealed === undefined ? undefined : decode(open, { collection, key, bytes, sealed });
}

/** The entries of the range, in its order. Throws `StoreError` (`REGISTRY_RECORD_CORRUPT`). */
export function entriesIn<V>(
  environment: Environment,
  collection: Collection<V>,
  range: Range,
): [key: string, value: V][] {
  const { name } = collection;
  const open = environment.collection(name);
  const found: [string, V][] = [];
  for (const { key: bytes, value: sealed } of open.database.getRange(nativeRange(range))) {
    const key = textOf(bytes);
    found.push([
      key,
      collection.parse(key, decode(open, { collection: name, key, bytes, sealed })),
    ]);
  }
  return found;
}

interface Stored {
  readonly collection: string;
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly sealed: Uint8Array;
}

function decode({ codec }: OpenCollection, { bytes, sealed, ...record }: Stored): unknown {
  const decoded = codec.decode(bytes, sealed);
  if (decoded !== undefined) return decoded.value;
  throw new StoreError("REGISTRY_RECORD_CORRUPT", "its checksum does not match", {
    collection: record.collection,
    key: record.key,
  });
}

// Keys of records have at least one byte, and none of them is 0: what is ours comes before them.
const FIRST_KEY = Buffer.of(1);
// No byte of UTF-8.
const BEHIND_ALL = Buffer.of(0xff);
const NUL = Buffer.of(0);

interface NativeRange {
  readonly start: Buffer;
  readonly end: Buffer;
  readonly reverse?: true;
  readonly limit?: number;
  readonly exclusiveStart?: true;
  readonly inclusiveEnd?: true;
}

/** From the lower bound, included, to the upper one, not included; reversed, the other way round. */
function nativeRange({ gt, gte, lt, lte, reverse = false, limit }: Range): NativeRange {
  const from = lowerBound(gt, gte);
  const to = upperBound(lt, lte);
  const limited = limit === Infinity ? {} : { limit };
  if (!reverse) return { start: from, end: to, ...limited };
  return { start: to, exclusiveStart: true, end: from, inclusiveEnd: true, reverse, ...limited };
}

/** No key lies between a text and the text with a NUL behind it. */
function lowerBound(gt: string | undefined, gte: string | undefined): Buffer {
  if (gt !== undefined) return gt === "" ? FIRST_KEY : Buffer.concat([Buffer.from(gt), NUL]);
  return gte === undefined || gte === "" ? FIRST_KEY : Buffer.from(gte);
}

function upperBound(lt: string | undefined, lte: string | undefined): Buffer {
  if (lte !== undefined) return lte === "" ? FIRST_KEY : Buffer.concat([Buffer.from(lte), NUL]);
  if (lt === undefined) return BEHIND_ALL;
  return lt === "" ? FIRST_KEY : Buffer.from(lt);
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
}
