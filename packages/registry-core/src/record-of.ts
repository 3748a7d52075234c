import { isRecord } from "./is-record.ts";
import type { Schema } from "./schema.ts";

/** The schema of a document that is a record of entries. */
export interface RecordSchema<V> extends Schema<Record<string, V>> {
  readonly entry: Schema<V>;
}

/**
 * The schema of a record whose entries are checked one by one: one that does not fit is left out of
 * the value, and spoils no other. (In a registry it stays in the file.) Any text is a key,
 * `__proto__` and `constructor` too: what is not there is undefined. Throws for what is no record.
 */
export function recordOf<V>(entry: Schema<V>): RecordSchema<V> {
  // The frozen parts of a value that was checked are not checked again in the next one made of them.
  const known = new WeakMap<object, V>();
  const parseEntry = (raw: unknown): { readonly value: V } | undefined => {
    const isObject = typeof raw === "object" && raw !== null;
    const before = isObject && Object.isFrozen(raw) ? known.get(raw) : undefined;
    if (before !== undefined) return { value: before };
    try {
      const value = entry.parse(raw);
      if (typeof value === "object" && value !== null) known.set(value, value);
      return { value };
    } catch {
      // That it does not fit is all there is to know here: `entry` itself tells why.
      return undefined;
    }
  };
  return {
    entry,
    parse: (raw) => {
      if (!isRecord(raw)) throw new TypeError("it is not a JSON object");
      const record: Record<string, V> = {};
      // Without a prototype nothing is found in it that nobody has put there.
      Object.setPrototypeOf(record, null);
      for (const [key, item] of Object.entries(raw)) {
        const parsed = parseEntry(item);
        if (parsed !== undefined) record[key] = parsed.value;
      }
      return record;
    },
  };
}
