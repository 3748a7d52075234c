import { setImmediate } from "node:timers/promises";

import { CallGate } from "../src/store/call-gate.ts";
import type { Address, Collection } from "../src/store/collection.ts";
import { createMemoryStore } from "../src/store/memory-store.ts";
import type { Range } from "../src/store/range.ts";
import { runDecision } from "../src/store/run-decision.ts";
import type { Decision, Store, SyncStore, Values } from "../src/store/store.ts";

/** What is wrong with a store that makes transactions at once, and the titles of the tests that must fail. */
export const CAUGHT_BY = {
  "validates only what it writes": ["of two who may each leave if the other one stays, one leaves"],
  "gives the values of the run before again": [
    "decide never gets a value that another run of it has changed",
  ],
  "locks records in the order it is given": [
    "transactions that read the same records in opposite orders neither fail nor wait for ever",
  ],
} as const;

export type Fault = keyof typeof CAUGHT_BY;

/** Makes transactions at once, before a memory store. Without a fault, it is optimistic and sound. */
export function openStore(_folder: string, fault?: Fault): Store {
  if (fault === "locks records in the order it is given") return new LockingStore();
  return new OptimisticStore(fault);
}

abstract class ConcurrentStore implements Store {
  readonly #gate = new CallGate();
  readonly #memory = createMemoryStore();
  readonly supports = this.#memory.supports;

  protected get records(): SyncStore {
    if (this.#memory.sync === undefined) throw new TypeError("a memory store has both faces");
    return this.#memory.sync;
  }

  get<V>(address: Address<V>): Promise<V | undefined> {
    return this.#gate.run(() => this.#memory.get(address));
  }

  entries<V>(collection: Collection<V>, range: Range): Promise<[string, V][]> {
    return this.#gate.run(() => this.#memory.entries(collection, range));
  }

  transact<const A extends readonly Address<unknown>[], R>(
    reads: A,
    decide: (values: Values<A>) => Decision<R>,
  ): Promise<R> {
    return this.#gate.run(() => this.make(reads, decide));
  }

  close(): Promise<void> {
    return this.#gate.close(() => this.#memory.close());
  }

  protected abstract make<const A extends readonly Address<unknown>[], R>(
    reads: A,
    decide: (values: Values<A>) => Decision<R>,
  ): Promise<R>;
}

type Place = Pick<Address<unknown>, "collection" | "key">;

const placeOf = ({ collection, key }: Place): string => `${collection}\n${key}`;

/** Reads and decides, and makes the changes later if what was read is still the same. */
class OptimisticStore extends ConcurrentStore {
  readonly #fault: Fault | undefined;

  constructor(fault: Fault | undefined) {
    super();
    this.#fault = fault;
  }

  protected override async make<const A extends readonly Address<unknown>[], R>(
    reads: A,
    decide: (values: Values<A>) => Decision<R>,
  ): Promise<R> {
    const snapshot = new Snapshot(this.records, this.#fault);
    for (;;) {
      const decision = runDecision(reads, (address) => snapshot.rawOf(address), decide);
      await setImmediate();
      const written = new Set(decision.changes.map(placeOf));
      const isOld = reads.some((address) => {
        const isValidated =
          this.#fault !== "validates only what it writes" || written.has(placeOf(address));
        return isValidated && snapshot.isOld(address);
      });
      if (!isOld) return this.records.transact([], () => decision);
    }
  }
}

/** What one run has read. */
class Snapshot {
  readonly #records: SyncStore;
  readonly #fault: Fault | undefined;
  readonly #seen = new Map<Address<unknown>, { text: string | undefined; raw: unknown }>();

  constructor(records: SyncStore, fault: Fault | undefined) {
    this.#records = records;
    this.#fault = fault;
  }

  rawOf(address: Address<unknown>): unknown {
    const text = this.#textOf(address);
    const seen = this.#seen.get(address);
    const isKept = this.#fault === "gives the values of the run before again";
    if (isKept && seen !== undefined && seen.text === text) return seen.raw;
    const raw: unknown = text === undefined ? undefined : JSON.parse(text);
    this.#seen.set(address, { text, raw });
    return raw;
  }

  isOld(address: Address<unknown>): boolean {
    return this.#seen.get(address)?.text !== this.#textOf(address);
  }

  #textOf(address: Address<unknown>): string | undefined {
    return this.#records.get({ ...address, parse: (raw) => JSON.stringify(raw) });
  }
}

/** Takes a lock for each record that is read, one after the other. */
class LockingStore extends ConcurrentStore {
  readonly #lastOf = new Map<string, Promise<void>>();

  protected override async make<const A extends readonly Address<unknown>[], R>(
    reads: A,
    decide: (values: Values<A>) => Decision<R>,
  ): Promise<R> {
    const releases: (() => void)[] = [];
    try {
      for (const place of new Set(reads.map(placeOf))) releases.push(await this.#lock(place));
      return this.records.transact(reads, decide);
    } finally {
      for (const release of releases) release();
    }
  }

  async #lock(place: string): Promise<() => void> {
    const before = this.#lastOf.get(place);
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    this.#lastOf.set(place, held);
    await before;
    return release;
  }
}
