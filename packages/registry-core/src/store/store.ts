import type { Address, Change, Collection } from "./collection.ts";
import type { Range } from "./range.ts";

/** The values of the addresses, in their order; undefined where there is no record. */
export type Values<A extends readonly Address<unknown>[]> = {
  -readonly [Index in keyof A]: A[Index] extends Address<infer V> ? V | undefined : never;
};

/** What a transaction comes to. */
export interface Decision<R> {
  /** Made in this order. None: nothing is written. */
  readonly changes: readonly Change[];
  readonly result: R;
}

/** What an engine can do beyond the rest of the port. */
export interface StoreSupports {
  /** What a transaction has written when it resolves survives a power cut. */
  readonly durable: boolean;
  /** Several processes may use the same place at once. */
  readonly processes: boolean;
}

/**
 * Records behind one interface, in whatever engine. What it gives may be kept and changed; that
 * changes nothing in the store.
 *
 * After `close` every call is a `StoreError` (`REGISTRY_CLOSED`). Inside `decide` every call of any
 * store or registry is a TypeError, thrown at once. What else an engine's files or its server can
 * cause is said by the engine.
 */
export interface Store {
  /** The record; undefined when there is none. Throws `StoreError` (`REGISTRY_RECORD_CORRUPT`). */
  get<V>(address: Address<V>): Promise<V | undefined>;
  /**
   * The entries of the range as they were at one moment, sorted by key (by code points). Throws
   * `StoreError` (`REGISTRY_RECORD_CORRUPT`, `REGISTRY_KEY_INVALID`), and a TypeError for a range
   * without a limit or with two bounds on one side.
   */
  entries<V>(collection: Collection<V>, range: Range): Promise<[key: string, value: V][]>;
  /**
   * Makes the changes that `decide` gives for the records that are read, and gives its result. Atomic:
   * all of them or none, also for readers. Exclusive: nobody writes the read records in between, those
   * included that are not changed. Records that are changed need not be read. A race that was lost is
   * run again, and is never an error; the order of `reads` means nothing.
   *
   * `decide` is pure and synchronous, and may run again, each time on values of its own. When it
   * throws, nothing happened, and that error comes out. Throws `StoreError`
   * (`REGISTRY_RECORD_CORRUPT`), and a TypeError when `decide` gives a promise, no list of changes, or
   * a change that no collection has made.
   */
  transact<const A extends readonly Address<unknown>[], R>(
    reads: A,
    decide: (values: Values<A>) => Decision<R>,
  ): Promise<R>;
  /** The same within the current turn of the event loop, where the engine can. */
  readonly sync?: SyncStore;
  readonly supports: StoreSupports;
  /** Waits for what is under way. Who opened the store closes it; a second time does nothing. */
  close(): Promise<void>;
}

/** A store of an engine that can do without promises, too. */
export interface StoreWithSync extends Store {
  readonly sync: SyncStore;
}

/** The calls of `Store` within the current turn of the event loop. They keep and throw the same. */
export interface SyncStore {
  /** As `get` of `Store`. */
  get<V>(address: Address<V>): V | undefined;
  /** As `entries` of `Store`. */
  entries<V>(collection: Collection<V>, range: Range): [key: string, value: V][];
  /** As `transact` of `Store`. Waiting for another process puts the thread to sleep. */
  transact<const A extends readonly Address<unknown>[], R>(
    reads: A,
    decide: (values: Values<A>) => Decision<R>,
  ): R;
}
