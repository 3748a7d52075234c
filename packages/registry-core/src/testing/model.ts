import type { JsonValue } from "../json-value.ts";
import type { Address, Change } from "../store/collection.ts";
import type { Range } from "../store/range.ts";

/**
 * What a store is to hold, said in the plainest way: this shares no code with any store, so that no
 * fault is on both sides.
 */
export class Model {
  readonly #records = new Map<string, { collection: string; key: string; value: JsonValue }>();

  get({ collection, key }: Address<unknown>): JsonValue | undefined {
    return this.#records.get(`${collection}\n${key}`)?.value;
  }

  entries(collection: string, range: Range): [string, JsonValue][] {
    const found = [...this.#records.values()]
      .filter((record) => record.collection === collection && isWithin(record.key, range))
      .toSorted((one, other) => compare(one.key, other.key))
      .map(({ key, value }): [string, JsonValue] => [key, value]);
    return (range.reverse === true ? found.toReversed() : found).slice(0, range.limit);
  }

  apply(changes: readonly Change[]): void {
    for (const change of changes) {
      const { collection, key } = change;
      if (change.type === "delete") this.#records.delete(`${collection}\n${key}`);
      else this.#records.set(`${collection}\n${key}`, { collection, key, value: change.value });
    }
  }
}

function isWithin(key: string, { gt, gte, lt, lte }: Range): boolean {
  if (gt !== undefined && compare(key, gt) <= 0) return false;
  if (gte !== undefined && compare(key, gte) < 0) return false;
  if (lt !== undefined && compare(key, lt) >= 0) return false;
  return lte === undefined || compare(key, lte) <= 0;
}

function compare(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
