import { basename, dirname, resolve } from "node:path";

import { defineRegistry, type UpdateOptions } from "../define-registry.ts";
import type { RegistryError } from "../errors.ts";
import { isRecord } from "../is-record.ts";
import { type JsonValue, toJsonValue } from "../json-value.ts";
import type { Schema } from "../schema.ts";
import { CallGate } from "./call-gate.ts";
import type { Address, Change } from "./collection.ts";
import { compareKeys } from "./key.ts";
import { assertRange, keysInRange } from "./range.ts";
import { runDecision } from "./run-decision.ts";
import { StoreError } from "./store-error.ts";
import type { Decision, StoreWithSync, SyncStore, Values } from "./store.ts";

/**
 * A store in one JSON file, `{ "<collection>": { "<key>": value } }`, for some thousand records: every
 * transaction that changes something replaces the file. Several processes may use it. Atomic,
 * exclusive, and durable by `durability`. Reading takes no lock.
 *
 * The folder must exist. A file that is damaged or too large is `RegistryError` for every call, and
 * stays as it is; so does one that cannot be read. Also throws `WriteError`, `LockedError` and
 * `LockLostError` of `@x/atomic-fs`.
 */
export function openJsonStore(path: string, options: UpdateOptions = {}): StoreWithSync {
  const gate = new CallGate();
  const file = new RecordFile(resolve(path), options);
  const sync: SyncStore = {
    get: (address) =>
      gate.runSync(() => {
        const raw = rawIn(file.read(), address);
        return raw === undefined ? undefined : address.parse(raw);
      }),
    entries: (collection, range) =>
      gate.runSync(() => {
        assertRange(collection.name, range);
        const document = file.read();
        return keysInRange(sortedKeysOf(document, collection.name), range).map((key) => [
          key,
          collection.parse(key, rawIn(document, { collection: collection.name, key })),
        ]);
      }),
    transact: (reads, decide) => gate.runSync(() => file.transactSync(reads, decide)),
  };
  return {
    get: (address) => gate.run(async () => sync.get(address)),
    entries: (collection, range) => gate.run(async () => sync.entries(collection, range)),
    transact: (reads, decide) => gate.run(() => file.transact(reads, decide)),
    sync,
    supports: { durable: (options.durability ?? "full") === "full", processes: true },
    close: () => gate.close(),
  };
}

type Records = Readonly<Record<string, JsonValue>>;
type Document = Readonly<Record<string, Records>>;

/** Takes the document as it is: what a record is to be, its collection knows. */
const documentSchema: Schema<Document> = {
  parse(raw) {
    if (isDocument(raw)) return raw;
    throw new TypeError("it is not an object of collections");
  },
};

function isDocument(raw: unknown): raw is Document {
  return isRecord(raw) && Object.values(raw).every(isRecord);
}

class RecordFile {
  readonly #folder: string;
  readonly #options: UpdateOptions;
  readonly #registry;

  constructor(path: string, options: UpdateOptions) {
    this.#folder = dirname(path);
    this.#options = options;
    this.#registry = defineRegistry<Document>({
      file: basename(path),
      schema: documentSchema,
      empty: {},
      // A registry begins anew. A counter must not.
      corrupt: "refuse",
    });
  }

  /** Throws what a registry takes for an empty one. */
  read(): Document {
    const onFault = (fault: RegistryError): never => {
      throw fault;
    };
    return this.#registry.read(this.#folder, { onFault });
  }

  transact<const A extends readonly Address<unknown>[], R>(
    reads: A,
    decide: (values: Values<A>) => Decision<R>,
  ): Promise<R> {
    const step = (document: Document) => this.#step(document, reads, decide);
    return this.#registry.update(this.#folder, step, this.#options);
  }

  transactSync<const A extends readonly Address<unknown>[], R>(
    reads: A,
    decide: (values: Values<A>) => Decision<R>,
  ): R {
    const step = (document: Document) => this.#step(document, reads, decide);
    return this.#registry.updateSync(this.#folder, step, this.#options);
  }

  #step<const A extends readonly Address<unknown>[], R>(
    document: Document,
    reads: A,
    decide: (values: Values<A>) => Decision<R>,
  ): { readonly value?: Document; readonly result: R } {
    const { changes, result } = runDecision(reads, (address) => rawIn(document, address), decide);
    return changes.length === 0 ? { result } : { value: withChanges(document, changes), result };
  }
}

/** A copy of a record: the document is frozen, and shared by all who read it. */
function rawIn(document: Document, { collection, key }: Place): JsonValue | undefined {
  const records = recordsIn(document, collection);
  if (!Object.hasOwn(records, key)) return undefined;
  return toJsonValue(records[key], (reason) => {
    throw new StoreError("REGISTRY_RECORD_CORRUPT", reason, { collection, key });
  });
}

type Place = Pick<Address<unknown>, "collection" | "key">;

const NO_RECORDS: Records = Object.freeze({});

/** A collection may be named `constructor`. */
function recordsIn(document: Document, collection: string): Records {
  const records = Object.hasOwn(document, collection) ? document[collection] : undefined;
  return records ?? NO_RECORDS;
}

const sortedKeys = new WeakMap<Records, readonly string[]>();

/** Sorted once per version of the file. */
function sortedKeysOf(document: Document, collection: string): readonly string[] {
  const records = recordsIn(document, collection);
  const known = sortedKeys.get(records);
  if (known !== undefined) return known;
  const sorted = Object.keys(records).toSorted(compareKeys);
  sortedKeys.set(records, sorted);
  return sorted;
}

function withChanges(document: Document, changes: readonly Change[]): Document {
  const changed = new Map<string, Map<string, JsonValue>>();
  for (const change of changes) {
    const { collection, key } = change;
    const records =
      changed.get(collection) ?? new Map(Object.entries(recordsIn(document, collection)));
    if (change.type === "put") records.set(key, change.value);
    else records.delete(key);
    changed.set(collection, records);
  }
  const collections = new Map(Object.entries(document));
  for (const [name, records] of changed) {
    // Makes own properties of all keys; an assignment would take `__proto__` for the prototype.
    if (records.size > 0) collections.set(name, Object.fromEntries(records));
    else collections.delete(name);
  }
  return Object.fromEntries(collections);
}
