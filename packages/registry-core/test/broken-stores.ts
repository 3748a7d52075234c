import { setImmediate } from "node:timers/promises";

import type { JsonValue } from "../src/json-value.ts";
import { CallGate } from "../src/store/call-gate.ts";
import {
  type Address,
  type Change,
  type Collection,
  collection as collectionOf,
} from "../src/store/collection.ts";
import { compareKeys } from "../src/store/key.ts";
import { createMemoryStore } from "../src/store/memory-store.ts";
import { assertRange, keysInRange, type Range } from "../src/store/range.ts";
import { runDecision } from "../src/store/run-decision.ts";
import { StoreError } from "../src/store/store-error.ts";
import type { Decision, Store, Values } from "../src/store/store.ts";

/** What is wrong with a store in memory, and the title of the test that must fail for it. */
export const CAUGHT_BY = {
  "sorts by UTF-16": "the order is that of code points, not of UTF-16",
  "takes lte for lt":
    "a range gives the entries between its bounds, sorted, and the first ones of a limit",
  "limits before it reverses": "a reversed range begins at the end, also with a limit",
  "needs no limit": "a range without a limit, or with two bounds on one side, is a TypeError",
  "compares with any bound": "a bound that no key can be compared with is refused",
  "throws for an inverted range":
    "a range that is empty or inverted gives nothing, nor does an empty collection",
  "fetches one page":
    "a range gives all that is in it, however much, and as much as its limit says",
  "has one space of keys": "collections do not see each other's records",
  "keeps what it is given":
    "what becomes of a change after its transaction does not reach the store",
  "gives what it keeps": "changing what was given changes nothing in the store",
  "loses __proto__ in values": "a property named __proto__ is one like any other",
  "loses the key __proto__":
    "every key that is allowed is a key of its own, and comes in the order of code points",
  "cuts keys short":
    "every key that is allowed is a key of its own, and comes in the order of code points",
  "writes numbers with six digits": "every JSON value comes back as it is",
  "leaves out what does not fit":
    "a record that does not fit its schema is an error wherever it is read, never left out",
  "lets the schema's error out":
    "a record that does not fit its schema is an error wherever it is read, never left out",
  "does not delete": "a record that was put is given, until it is deleted, and no other one is",
  "makes changes backwards": "several changes of one record are made in their order",
  "changes only what was read": "all changes are made, also those of records that were not read",
  "makes changes one by one": "a change that cannot be made takes the others with it",
  "leaves placeholders": "without changes nothing is written",
  "leaves placeholders when decide throws":
    "when decide throws, nothing happened, and that very error comes out",
  "wraps what decide throws": "when decide throws, nothing happened, and that very error comes out",
  "waits for decide": "a promise from decide is a TypeError, and nothing happened",
  "takes anything for a decision": "what is no decision is a TypeError, and nothing happened",
  "makes changes that no collection has made":
    "what is no change is a TypeError, and nothing happened",
  "takes what is no put for a delete": "what is no change is a TypeError, and nothing happened",
  "can be called inside decide": "a call of the store inside decide is a TypeError at once",
  "reads before its turn":
    "transactions that are wanted at once lose nothing, and each sees the one before",
  "resolves before it has written": "what a transaction has written when it resolves is read next",
  "works after close": "after close every call is refused, and closing again does nothing",
  "does not wait at close": "close waits for what is under way, and lets nothing new in",
  "says that it is durable": "the store supports what it should",
} as const;

export type Fault = keyof typeof CAUGHT_BY | "has a store for each face";

/** A copy of the memory store in which one thing is wrong. Without a fault, it is a sound one. */
export function openStore(_folder: string, fault?: Fault): Store {
  const store = new BrokenStore(fault);
  if (fault !== "has a store for each face") return store;
  const { sync } = createMemoryStore();
  return Object.assign(store, sync && { sync });
}

class BrokenStore implements Store {
  readonly #is: (fault: Fault) => boolean;
  readonly #gate = new CallGate();
  readonly #records = new Map<string, unknown>();
  readonly supports: Store["supports"];

  constructor(mine: Fault | undefined) {
    this.#is = (fault) => fault === mine;
    this.supports = { durable: this.#is("says that it is durable"), processes: false };
  }

  get<V>(address: Address<V>): Promise<V | undefined> {
    return this.#call(async () => this.#valueOf(address));
  }

  entries<V>(collection: Collection<V>, range: Range): Promise<[string, V][]> {
    return this.#call(async () => {
      const found: [string, V][] = [];
      for (const key of this.#keysOf(collection.name, range)) {
        try {
          const value = this.#valueOf(collection.at(key));
          if (value !== undefined) found.push([key, value]);
        } catch (error) {
          if (!this.#is("leaves out what does not fit")) throw error;
        }
      }
      return found;
    });
  }

  transact<const A extends readonly Address<unknown>[], R>(
    reads: A,
    decide: (values: Values<A>) => Decision<R>,
  ): Promise<R> {
    return this.#call(async () => {
      const early = reads.map((address) => this.#rawOf(address));
      await setImmediate();
      const rawOf = (address: Address<unknown>): unknown =>
        this.#is("reads before its turn") ? early[reads.indexOf(address)] : this.#rawOf(address);
      const decided = this.#decide(reads, rawOf, decide);
      const { changes, result } = decided instanceof Promise ? await decided : decided;
      if (this.#is("leaves placeholders") && changes.length === 0) this.#leavePlaceholders(reads);
      const write = (): void => this.#apply(this.#planOf(changes, reads));
      if (!this.#is("resolves before it has written")) write();
      else
        setImmediate()
          .then(write)
          .catch(() => {});
      return result;
    });
  }

  close(): Promise<void> {
    if (this.#is("works after close")) return Promise.resolve();
    const closing = this.#gate.close();
    return this.#is("does not wait at close") ? Promise.resolve() : closing;
  }

  #call<R>(call: () => Promise<R>): Promise<R> {
    return this.#is("can be called inside decide") ? call() : this.#gate.run(call);
  }

  #decide<A extends readonly Address<unknown>[], R>(
    reads: A,
    rawOf: (address: Address<unknown>) => unknown,
    decide: (values: Values<A>) => Decision<R>,
  ): Decision<R> | Promise<Decision<R>> {
    const isLax = this.#is("waits for decide") || this.#is("takes anything for a decision");
    try {
      if (this.#is("takes what is no put for a delete")) {
        return runDecision(reads, rawOf, (read) => withDeletes(decide(read)));
      }
      if (this.#is("makes changes that no collection has made")) {
        return runDecision(reads, rawOf, (read) => withOwnChanges(decide(read)));
      }
      if (!isLax) return runDecision(reads, rawOf, decide);
      const values = reads.map((address) => this.#valueOf(address));
      // Each value was parsed by the address in its place.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      const decision = decide(values as unknown as Values<A>);
      if (this.#is("waits for decide")) return decision;
      return Array.isArray(decision?.changes) ? decision : { ...decision, changes: [] };
    } catch (error) {
      if (this.#is("leaves placeholders when decide throws")) this.#leavePlaceholders(reads);
      if (!this.#is("wraps what decide throws") || error instanceof TypeError) throw error;
      throw new Error("decide has thrown", { cause: error });
    }
  }

  #valueOf<V>(address: Address<V>): V | undefined {
    const raw = this.#rawOf(address);
    if (raw === undefined) return undefined;
    try {
      return address.parse(raw);
    } catch (error) {
      const isLetOut = this.#is("lets the schema's error out") && error instanceof StoreError;
      throw isLetOut ? error.cause : error;
    }
  }

  #rawOf({ collection, key }: Pick<Address<unknown>, "collection" | "key">): unknown {
    const kept = this.#records.get(this.#placeOf(collection, key));
    if (kept === undefined || this.#is("gives what it keeps")) return kept;
    return structuredClone(kept);
  }

  #placeOf(collection: string, key: string): string {
    if (this.#is("has one space of keys")) return collection + key;
    return `${collection}\n${this.#is("cuts keys short") ? key.slice(0, 500) : key}`;
  }

  #keysOf(collection: string, range: Range): string[] {
    this.#assertRange(collection, range);
    const start = this.#placeOf(collection, "");
    const keys = [...this.#records.keys()]
      .filter((place) => place.startsWith(start))
      .map((place) => place.slice(start.length));
    const sorted = keys.toSorted(this.#is("sorts by UTF-16") ? undefined : compareKeys);
    const { lte, ...bounds } = { ...range, limit: range.limit ?? Infinity };
    if (lte === undefined) return this.#select(sorted, bounds);
    return this.#select(sorted, {
      ...bounds,
      ...(this.#is("takes lte for lt") ? { lt: lte } : { lte }),
    });
  }

  #assertRange(collection: string, range: Range): void {
    if (this.#is("throws for an inverted range") && (range.gte ?? "") > (range.lte ?? "\uffff")) {
      throw new RangeError("the range is inverted");
    }
    const { limit, ...bounds } = range;
    if (this.#is("compares with any bound")) assertRange(collection, { limit });
    else if (this.#is("needs no limit")) assertRange(collection, { ...bounds, limit: 1 });
    else assertRange(collection, range);
  }

  #select(sorted: readonly string[], range: Range): string[] {
    if (this.#is("fetches one page")) {
      return keysInRange(sorted, { ...range, limit: Math.min(range.limit, 1_000) });
    }
    const isEarly = this.#is("limits before it reverses") && range.reverse === true;
    if (!isEarly) return keysInRange(sorted, range);
    return keysInRange(sorted, { ...range, reverse: false }).toReversed();
  }

  #leavePlaceholders(reads: readonly Address<unknown>[]): void {
    for (const { collection, key } of reads) {
      const place = this.#placeOf(collection, key);
      if (!this.#records.has(place)) this.#records.set(place, null);
    }
  }

  #planOf(changes: readonly Change[], reads: readonly Address<unknown>[]): readonly Change[] {
    if (this.#is("makes changes backwards")) return changes.toReversed();
    if (this.#is("loses the key __proto__"))
      return changes.filter(({ key }) => key !== "__proto__");
    if (!this.#is("changes only what was read") || reads.length === 0) return changes;
    return changes.filter((change) =>
      reads.some(({ collection, key }) => collection === change.collection && key === change.key),
    );
  }

  #apply(changes: readonly Change[]): void {
    const made = changes.map((change) => () => this.#make(change));
    // Reading all values first is what makes it all or none.
    if (!this.#is("makes changes one by one")) {
      for (const change of changes) if (change.type === "put") this.#keep(change.value);
    }
    for (const make of made) make();
  }

  #make(change: Change): void {
    const place = this.#placeOf(change.collection, change.key);
    if (change.type === "put") this.#records.set(place, this.#keep(change.value));
    else if (!this.#is("does not delete")) this.#records.delete(place);
  }

  #keep(value: JsonValue): unknown {
    if (this.#is("keeps what it is given")) return value;
    if (this.#is("loses __proto__ in values")) return assignedCopy(value);
    if (this.#is("writes numbers with six digits") && typeof value === "number") {
      return Number(value.toPrecision(6));
    }
    return structuredClone(value);
  }
}

const WHATEVER = { parse: (raw: unknown) => raw };

/** Makes a put of whatever says that it is one. */
function withOwnChanges<R>(decision: Decision<R>): Decision<R> {
  if (!Array.isArray(decision?.changes)) return decision;
  const changes = decision.changes.map((change: Change): Change => {
    if (change?.type !== "put") return change;
    return collectionOf(change.collection, WHATEVER).put(change.key, change.value);
  });
  return { ...decision, changes };
}

/** Every change is a put or a delete, whatever it says. */
function withDeletes<R>(decision: Decision<R>): Decision<R> {
  // What is no decision goes through as it is.
  if (!Array.isArray(decision?.changes)) return decision;
  const changes = decision.changes.map((change: Change): Change => {
    if (change?.type === "put") return change;
    return collectionOf(change?.collection, WHATEVER).delete(change.key);
  });
  return { ...decision, changes };
}

/** A copy by assignment, which takes `__proto__` for the prototype. */
function assignedCopy(value: JsonValue): JsonValue {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(assignedCopy);
  const copy: Record<string, JsonValue> = {};
  for (const [name, inner] of Object.entries(value)) copy[name] = assignedCopy(inner);
  return copy;
}
