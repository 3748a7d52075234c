import { isRecord } from "../is-record.ts";
import { type JsonValue, toJsonValue } from "../json-value.ts";
import type { Schema } from "../schema.ts";
import { assertKey } from "./key.ts";
import { StoreError } from "./store-error.ts";

/** Records of one kind: makes their addresses, and the changes of a transaction. */
export interface Collection<V> {
  readonly name: string;
  /**
   * What an engine has stored under the key, as a value that may be kept and changed if `raw` may.
   * Throws `StoreError` (`REGISTRY_RECORD_CORRUPT`).
   */
  readonly parse: (key: string, raw: unknown) => V;
  /** Where the record of that key is: for `get`, and for what a transaction reads. */
  readonly at: (key: string) => Address<V>;
  /** Copies the value; what becomes of the original later is not stored. The change is frozen. */
  readonly put: (key: string, value: V) => Change;
  /** Removes the record. One that is not there is no error. */
  readonly delete: (key: string) => Change;
}

/** Where a record is, and what it is. */
export interface Address<V> {
  readonly collection: string;
  readonly key: string;
  /** As `parse` of the collection. */
  readonly parse: (raw: unknown) => V;
}

/** What becomes of one record. Made by `put` and `delete` of a collection, which check it. */
export type Change =
  | {
      readonly type: "put";
      readonly collection: string;
      readonly key: string;
      readonly value: JsonValue;
    }
  | { readonly type: "delete"; readonly collection: string; readonly key: string };

// Less than a document may have: an engine may keep its records in one.
const MAXIMUM_LEVELS = 500;

// Fits as a name of a table, of a sub-database and of a JSON property.
const NAME = /^[a-z][a-z0-9-]{0,63}$/;

/**
 * A collection of any store. Its values are JSON values for which `schema.parse` gives what it got,
 * or something that it would give again: they pass it before they are stored, and when they are read.
 *
 * `at`, `put` and `delete` throw `StoreError`: `REGISTRY_KEY_INVALID` for a key that is not 1 to 1024
 * bytes of well-formed text without NUL, `REGISTRY_RECORD_INVALID` for a value that does not fit the
 * schema, that JSON cannot hold, or that has more than 500 levels. A name that is not like `run-state`
 * is a TypeError.
 */
export function collection<V>(name: string, schema: Schema<V>): Collection<V> {
  assertCollectionName(name);
  const parse = (key: string, raw: unknown): V =>
    parseWith(schema, raw, { code: "REGISTRY_RECORD_CORRUPT", collection: name, key });
  return {
    name,
    parse,
    at(key) {
      assertKey(name, key);
      return { collection: name, key, parse: (raw) => parse(key, raw) };
    },
    put(key, value) {
      assertKey(name, key);
      const record = { code: "REGISTRY_RECORD_INVALID", collection: name, key } as const;
      const parsed = parseWith(schema, value, record);
      return Object.freeze(new Put(name, key, encode(parsed, record)));
    },
    delete(key) {
      assertKey(name, key);
      return Object.freeze(new Delete(name, key));
    },
  };
}

// Another copy of this package, or another version of it, knows it, too.
const MADE = Symbol.for("@x/registry-core/change");

/** It is not the change's own: a copy with another key does not have it, and has not been checked. */
class Made {
  get [MADE](): true {
    return true;
  }
}

class Put extends Made {
  readonly type = "put";
  readonly collection: string;
  readonly key: string;
  readonly value: JsonValue;

  constructor(name: string, key: string, value: JsonValue) {
    super();
    this.collection = name;
    this.key = key;
    this.value = value;
  }
}

class Delete extends Made {
  readonly type = "delete";
  readonly collection: string;
  readonly key: string;

  constructor(name: string, key: string) {
    super();
    this.collection = name;
    this.key = key;
  }
}

/** Whether a collection has made it, of whatever copy of this package: it is as it was checked. */
export function isChange(change: unknown): change is Change {
  if (!isRecord(change) || !(MADE in change)) return false;
  return change["type"] === "put" || change["type"] === "delete";
}

/** Throws a TypeError for what is no name of a collection: a letter, then up to 63 of `a-z`, `0-9` and `-`. */
export function assertCollectionName(name: string): void {
  if (typeof name === "string" && NAME.test(name)) return;
  throw new TypeError(
    `${JSON.stringify(name)} is no name of a collection: a letter, then up to 63 of a-z, 0-9 and -`,
  );
}

/** Whose fault a value would be. */
interface Subject {
  readonly code: "REGISTRY_RECORD_INVALID" | "REGISTRY_RECORD_CORRUPT";
  readonly collection: string;
  readonly key: string;
}

function parseWith<V>(schema: Schema<V>, raw: unknown, { code, ...record }: Subject): V {
  try {
    return schema.parse(raw);
  } catch (cause) {
    throw new StoreError(code, "it does not fit its schema", { ...record, cause });
  }
}

function encode(value: unknown, { code, ...record }: Subject): JsonValue {
  const refuse = (reason: string): never => {
    throw new StoreError(code, reason, record);
  };
  return toJsonValue(value, refuse, { levels: MAXIMUM_LEVELS });
}
