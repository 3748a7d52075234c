import type { Calls } from "./clause.ts";
import { counters } from "./sample-collections.ts";

/** Counts one on; says the count before it. */
export function fetchAndIncrement(calls: Calls): Promise<number> {
  return calls.transact([counters.at("n")], ([count = 0]) => ({
    changes: [counters.put("n", count + 1)],
    result: count,
  }));
}
