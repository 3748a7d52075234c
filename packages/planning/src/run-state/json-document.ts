import { damaged } from "./run-fault.ts";

/** A JSON object as it was parsed, with all of its fields. */
export type JsonObject = Readonly<Record<string, unknown>>;

const decoder = new TextDecoder("utf-8", { fatal: true });

/** The JSON value of a file's bytes; a byte order mark is fine. Throws `RunFault` (damaged). */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch (error) {
    throw damaged("it is not valid JSON", error);
  }
}

/** As all JSON files of a run are written. */
export function renderJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The text of a field; null where there is none. */
export function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** The text of an id, which other tools write as a number too; null where there is none. */
export function idOrNull(value: unknown): string | null {
  return typeof value === "number" ? String(value) : textOrNull(value);
}
