import { isRecord } from "./is-record.ts";
import type { Schema } from "./schema.ts";

/** The schema of a document that is a record of entries. */
export interface RecordSchema<V> extends Schema<Record<string, V>> {
  readonly entry: Schema<V>;
  /** The same, where `before` was parsed: what is in both, the same object, is not checked again. */
  readonly parseNext: (raw: unknown, before: Readonly<Record<string, V>>) => Record<string, V>;
}

/**
 * The schema of a record whose entries are checked one by one: one that does not fit is left out of
 * the value, and spoils no other. (In a registry it stays in the file.) Any text is a key,
 * `__proto__` and `constructor` too: what is not there is undefined. Throws for what is no record.
 */
export function recordOf<V>(entry: Schema<V>): RecordSchema<V> {
  if (typeof entry.parse !== "function") throw new TypeError("the schema of an entry has no parse");
  const parseNext = (raw: unknown, before: Readonly<Record<string, V>>): Record<string, V> => {
    if (!isRecord(raw)) throw new TypeError("it is not a JSON object");
    const record = emptyRecord<V>();
    for (const key of Object.keys(raw)) {
      const former = before[key];
      try {
        record[key] = former !== undefined && former === raw[key] ? former : entry.parse(raw[key]);
      } catch {
        // That it does not fit is all there is to know here: `entry` itself tells why.
      }
    }
    return record;
  };
  const schema = { entry, parse: (raw: unknown) => parseNext(raw, emptyRecord()), parseNext };
  recordSchemas.add(schema);
  return schema;
}

/** Not told by their names: any schema may have a field of that name. */
const recordSchemas = new WeakSet();

export function isRecordSchema<V>(schema: Schema<V>): schema is Schema<V> & {
  readonly entry: Schema<unknown>;
  readonly parseNext: (raw: unknown, before: V) => V;
} {
  return recordSchemas.has(schema);
}

/** Without a prototype nothing is found in it that nobody has put there. */
function emptyRecord<V>(): Record<string, V> {
  const record: Record<string, V> = {};
  Object.setPrototypeOf(record, null);
  return record;
}
