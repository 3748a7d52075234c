import { RegistryError } from "./errors.ts";
import { isRecord } from "./is-record.ts";
import type { RecordSchema } from "./record-of.ts";
import { complaintOf } from "./registry-content.ts";
import type { Schema } from "./schema.ts";

/** Throws `REGISTRY_VALUE_INVALID`. */
export function refuser(path: string): (reason: string, cause?: unknown) => never {
  return (reason, cause) => {
    throw new RegistryError("REGISTRY_VALUE_INVALID", path, reason, cause);
  };
}

/** The value that a step gave, as it will be read again. Throws `REGISTRY_VALUE_INVALID` when it does not fit. */
export function parseGiven<V>({ path, schema }: Subject<V>, given: V, before: V): V {
  try {
    return parseNext(schema, given, before);
  } catch (error) {
    return refuser(path)(complaintOf(error), error);
  }
}

interface Subject<V> {
  readonly path: string;
  readonly schema: Schema<V>;
}

/** Throws `REGISTRY_VALUE_INVALID` when the schema has left a part of what was given out. */
export function assertNothingDropped<V>({ path, schema }: Subject<V>, given: V, accepted: V): void {
  const dropped = findDropped(given, accepted);
  if (dropped === undefined) return;
  const cause = complaintAbout(schema, given, dropped);
  const reason = cause === undefined ? "the schema leaves it out" : complaintOf(cause);
  refuser(path)(`${dropped.join(".")}: ${reason}`, cause);
}

function parseNext<V>(schema: Schema<V>, given: V, before: V): V {
  return "parseNext" in schema && typeof schema.parseNext === "function"
    ? schema.parseNext(given, before)
    : schema.parse(given);
}

/** The way to a field or an item of the one that the other lacks. */
function findDropped(given: unknown, accepted: unknown): string[] | undefined {
  if (Object.is(given, accepted) || typeof given !== "object" || given === null) return undefined;
  if (typeof accepted !== "object" || accepted === null) return undefined;
  const kept = new Map<string, unknown>(Object.entries(accepted));
  for (const [key, item] of Object.entries(given)) {
    if (item === undefined) continue;
    if (!kept.has(key)) return [key];
    const inner = findDropped(item, kept.get(key));
    if (inner !== undefined) return [key, ...inner];
  }
  return undefined;
}

/** What the entries' own schema says of the one that `recordOf` has left out. */
function complaintAbout(schema: object, given: unknown, [key = ""]: string[]): unknown {
  if (!isRecordSchema(schema) || !isRecord(given)) return undefined;
  try {
    schema.entry.parse(given[key]);
    return undefined;
  } catch (error) {
    return error;
  }
}

function isRecordSchema(schema: object): schema is RecordSchema<unknown> {
  return "entry" in schema;
}
