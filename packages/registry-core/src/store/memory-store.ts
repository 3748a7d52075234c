import { CallGate } from "./call-gate.ts";
import type { Address, Change } from "./collection.ts";
import { assertRange, keysInRange } from "./range.ts";
import { runDecision } from "./run-decision.ts";
import { SortedTexts } from "./sorted-texts.ts";
import type { StoreWithSync, SyncStore } from "./store.ts";

/**
 * A store in the memory of this process, for tests and for what need not last. Atomic and exclusive;
 * not durable.
 */
export function createMemoryStore(): StoreWithSync {
  const gate = new CallGate();
  const records = new MemoryRecords();
  const sync: SyncStore = {
    get: (address) =>
      gate.runSync(() => {
        const raw = records.rawOf(address);
        return raw === undefined ? undefined : address.parse(raw);
      }),
    entries: (collection, range) =>
      gate.runSync(() => {
        assertRange(collection.name, range);
        return keysInRange(records.sortedKeys(collection.name), range).map((key) => {
          const raw = records.rawOf({ collection: collection.name, key });
          return [key, collection.parse(key, raw)];
        });
      }),
    transact: (reads, decide) =>
      gate.runSync(() => {
        const { changes, result } = runDecision(reads, records.rawOf, decide);
        records.apply(changes);
        return result;
      }),
  };
  return {
    get: (address) => gate.run(async () => sync.get(address)),
    entries: (collection, range) => gate.run(async () => sync.entries(collection, range)),
    transact: (reads, decide) => gate.run(async () => sync.transact(reads, decide)),
    sync,
    supports: { durable: false, processes: false },
    close: () => gate.close(),
  };
}

/** Values are kept as text: whoever reads one gets a copy. */
class MemoryRecords {
  readonly #collections = new Map<string, SortedTexts>();

  readonly rawOf = ({ collection, key }: Pick<Address<unknown>, "collection" | "key">): unknown => {
    const text = this.#collections.get(collection)?.get(key);
    return text === undefined ? undefined : JSON.parse(text);
  };

  sortedKeys(collection: string): readonly string[] {
    return this.#collections.get(collection)?.keys ?? [];
  }

  apply(changes: readonly Change[]): void {
    // All of them are encoded before the first is made: one that cannot be takes the others with it.
    const encoded = changes.map((change) => ({
      collection: change.collection,
      key: change.key,
      text: change.type === "put" ? JSON.stringify(change.value) : undefined,
    }));
    for (const { collection, key, text } of encoded) {
      const records = this.#collections.get(collection) ?? new SortedTexts();
      if (text === undefined) records.delete(key);
      else records.set(key, text);
      this.#collections.set(collection, records);
    }
  }
}
