import { type Collection, collection, type JsonValue } from "@x/registry-core";

/** Records that are numbers. */
export const numbers: Collection<number> = collection("numbers", { parse: Number });

/** Records that are any JSON. */
export const notes: Collection<JsonValue> = collection<JsonValue>("notes", {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  parse: (raw) => raw as JsonValue,
});

export const SAMPLE_COLLECTIONS = ["numbers", "notes"] as const;
