import { StoreError } from "./store-error.ts";

/** A part of a key. Numbers are whole, from 0 to 2^53 - 1. */
export type KeyPart = string | number;

/** All engines hold keys of this size; LMDB's own limit is the lowest. */
const MAXIMUM_KEY_BYTES = 1024;

/*
 * How parts make a key. The order of code points must be that of the parts, one after the other:
 * - U+0001 stands between two parts. Nothing lower is left in a key, so a part that goes on comes
 *   after one that has ended.
 * - U+0002 begins what is not text as it is: a number with a letter for its count of digits (`a` to
 *   `p`, so that the shorter one comes first), the empty text (`q`), and the characters U+0000 to
 *   U+0002 of a text (`x` to `z`). Numbers come before all texts, the empty text before the others.
 */
const SEPARATOR = "\u0001";
const MARK = "\u0002";
const FIRST_COUNT = "a".charCodeAt(0);
const EMPTY_TEXT = `${MARK}q`;
const FIRST_ESCAPE = "x".charCodeAt(0);
// oxlint-disable-next-line no-control-regex
const ESCAPED = /[\0-\u0002]/g;
// oxlint-disable-next-line no-control-regex
const ODD = /[\0-\u0002]/;

/**
 * One key of several parts. Keys are in the order of their parts, compared one after the other: numbers
 * by value and before texts, texts by code point. Different parts never make the same key, and `5` is
 * another part than `"5"`. A single ordinary text is its own key.
 *
 * Throws a TypeError for no parts, and for a number that is negative, not whole, or beyond 2^53 - 1.
 */
export function keyOf(...parts: readonly KeyPart[]): string {
  if (parts.length === 0) throw new TypeError("a key has at least one part");
  return parts.map(encodePart).join(SEPARATOR);
}

/**
 * The bounds of all keys that begin with these parts and have at least one more, for a range:
 * `{ ...under("agent"), limit: 20, reverse: true }`. Throws as `keyOf` does.
 */
export function under(...parts: readonly KeyPart[]): { gte: string; lt: string } {
  const key = keyOf(...parts);
  return { gte: key + SEPARATOR, lt: key + MARK };
}

function encodePart(part: KeyPart): string {
  if (part === "") return EMPTY_TEXT;
  if (typeof part === "string") return ODD.test(part) ? part.replaceAll(ESCAPED, escape) : part;
  if (!Number.isSafeInteger(part) || part < 0) {
    throw new TypeError(`${String(part)} is no part of a key: text, or a whole number from 0`);
  }
  const digits = String(part);
  return MARK + String.fromCharCode(FIRST_COUNT + digits.length - 1) + digits;
}

function escape(character: string): string {
  return MARK + String.fromCharCode(FIRST_ESCAPE + character.charCodeAt(0));
}

/** The order of keys, for `toSorted`: that of code points, which is that of the bytes of UTF-8. */
export function compareKeys(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index += 1) {
    const difference = rankOf(one.charCodeAt(index)) - rankOf(other.charCodeAt(index));
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

/** In UTF-16, what lies beyond U+FFFF is written in units below U+E000. */
function rankOf(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x1_0000 : unit;
}

/** Throws `StoreError` (`REGISTRY_KEY_INVALID`), and a TypeError for what is no text. */
export function assertKey(collection: string, key: string): void {
  if (key === "") refuseKey(collection, key, "it is empty");
  assertText(collection, key, MAXIMUM_KEY_BYTES);
}

/** As `assertKey`, for a bound of a range: before all keys there is the empty one, and `under` adds a byte. */
export function assertBound(collection: string, key: string): void {
  assertText(collection, key, MAXIMUM_KEY_BYTES + 1);
}

function assertText(collection: string, key: string, maximumBytes: number): void {
  if (typeof key !== "string") throw new TypeError(`${String(key)} is no key: it must be text`);
  if (key.includes("\0")) refuseKey(collection, key, "it holds a NUL character");
  if (!key.isWellFormed()) refuseKey(collection, key, "it is not well-formed Unicode");
  const size = Buffer.byteLength(key);
  if (size > maximumBytes) {
    refuseKey(collection, key, `it is too long (${size} bytes of ${maximumBytes})`);
  }
}

function refuseKey(collection: string, key: string, fault: string): never {
  throw new StoreError("REGISTRY_KEY_INVALID", `the key cannot be used: ${fault}`, {
    collection,
    key,
  });
}
