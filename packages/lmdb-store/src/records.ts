import { type Address, type Range, StoreError } from "@x/registry-core";

import type { Environment, OpenCollection } from "./environment.ts";

/** What is stored at the address; undefined for nothing. Throws `StoreError` (`REGISTRY_RECORD_CORRUPT`). */
export function rawIn(
  environment: Environment,
  { collection, key }: Pick<Address<unknown>, "collection" | "key">,
): unknown {
  const open = environment.collection(collection);
  const sealed = open.database.getBinaryFast(key);
  return sealed === undefined ? undefined : decode(open, collection, key, sealed);
}

/** What is stored in the range, in its order. Throws `StoreError` (`REGISTRY_RECORD_CORRUPT`). */
export function rawEntriesIn(
  environment: Environment,
  collection: string,
  range: Range,
): [key: string, raw: unknown][] {
  const open = environment.collection(collection);
  const found: [string, unknown][] = [];
  for (const { key, value: sealed } of open.database.getRange(nativeRange(range))) {
    found.push([key, decode(open, collection, key, sealed)]);
  }
  return found;
}

function decode(
  { codec }: OpenCollection,
  collection: string,
  key: string,
  sealed: Uint8Array,
): unknown {
  const decoded = codec.decode(key, sealed);
  if (decoded !== undefined) return decoded.value;
  throw new StoreError("REGISTRY_RECORD_CORRUPT", "its checksum does not match", {
    collection,
    key,
  });
}

// No key of a record is lower: what is ours comes before them.
const FIRST_KEY = "\u0001";
// No key lies between a text and the text with this behind it.
const NEXT = "\0";
// None is higher: the last code point, as often as it fits into a key.
const BEHIND_ALL = "\u{10ffff}".repeat(257);

interface NativeRange {
  readonly start: string;
  readonly end: string;
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

function lowerBound(gt: string | undefined, gte: string | undefined): string {
  if (gt !== undefined && gt !== "") return gt + NEXT;
  return gte === undefined || gte === "" ? FIRST_KEY : gte;
}

function upperBound(lt: string | undefined, lte: string | undefined): string {
  if (lte !== undefined) return lte === "" ? FIRST_KEY : lte + NEXT;
  if (lt === undefined) return BEHIND_ALL;
  return lt === "" ? FIRST_KEY : lt;
}
