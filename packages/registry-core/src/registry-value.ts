import { RegistryError } from "./errors.ts";
import { isObject } from "./is-record.ts";
import { isRecordSchema } from "./record-of.ts";
import { complaintOf } from "./registry-content.ts";
import type { Schema } from "./schema.ts";

/** Throws `REGISTRY_VALUE_INVALID`. */
export function refuser(path: string): (reason: string, cause?: unknown) => never {
  return (reason, cause) => {
    throw new RegistryError("REGISTRY_VALUE_INVALID", path, reason, cause);
  };
}

/**
 * The value that a step gave, as the schema has it. Throws `REGISTRY_VALUE_INVALID` when it does not
 * fit, or when the schema would leave a part of it out.
 */
export function acceptGiven<V>(
  { path, schema }: { readonly path: string; readonly schema: Schema<V> },
  given: V,
  before: V,
): V {
  const refuse: ReturnType<typeof refuser> = refuser(path);
  let accepted: V;
  try {
    accepted = isRecordSchema(schema) ? schema.parseNext(given, before) : schema.parse(given);
  } catch (error) {
    return refuse(complaintOf(error), error);
  }
  const dropped = findDropped(given, accepted);
  if (dropped === undefined) return accepted;
  const cause = complaintAbout(schema, given, dropped);
  const reason = cause === undefined ? "the schema leaves it out" : complaintOf(cause);
  return refuse(`${dropped.join(".")}: ${reason}`, cause);
}

/** The way to a field or an item of the one that the other lacks. */
function findDropped(given: unknown, accepted: unknown): string[] | undefined {
  if (Object.is(given, accepted) || !isObject(given) || !isObject(accepted)) return undefined;
  for (const key of Object.keys(given)) {
    const item = given[key];
    if (item === undefined || (item === accepted[key] && isObject(item))) continue;
    if (!Object.hasOwn(accepted, key)) return [key];
    const inner = isObject(item) ? findDropped(item, accepted[key]) : undefined;
    if (inner !== undefined) return [key, ...inner];
  }
  return undefined;
}

/** What the entries' own schema says of the one that `recordOf` has left out. */
function complaintAbout(schema: Schema<unknown>, given: unknown, [key = ""]: string[]): unknown {
  if (!isRecordSchema(schema) || !isObject(given)) return undefined;
  try {
    schema.entry.parse(given[key]);
    return undefined;
  } catch (error) {
    return error;
  }
}
