import type { JsonValue } from "../json-value.ts";
import { collection } from "../store/collection.ts";

/** Takes whatever it gets, and copies nothing: a store that gives out what it keeps is found. */
export const things = collection("things", {
  // Whatever a store gives is a JSON value.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  parse: (raw) => raw as JsonValue,
});

/** Its name begins with that of `things`. */
export const otherThings = collection<JsonValue>("things-2", {
  parse: (raw) => things.parse("any", raw),
});

/** The records of `things`, as far as they are numbers. */
export const numbersAmongThings = collection("things", { parse: parseNumber });

export const counters = collection("counters", { parse: parseNumber });

/** Who was first at a number: the number, and the name. */
export const claims = collection("claims", {
  parse(raw) {
    if (typeof raw !== "string") throw new RangeError("it is no text");
    return raw;
  },
});

/** A value that a run of `decide` can mark. */
interface Tally {
  readonly count: number;
  readonly marks: string[];
}

/** Copies nothing, as `things`. */
export const tallies = collection("tallies", {
  // Nothing else is stored there.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  parse: (raw) => raw as Tally,
});

function parseNumber(raw: unknown): number {
  if (typeof raw !== "number") throw new RangeError("it is no number");
  return raw;
}
