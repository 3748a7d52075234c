import { runPure } from "../pure-step.ts";
import { type Address, isChange } from "./collection.ts";
import type { Decision, Values } from "./store.ts";

/**
 * One run of `decide`, for an engine: on the values of what is stored now, parsed for this run alone.
 * `rawOf` gives what is stored, as a value that nobody else has; undefined for nothing.
 *
 * Throws what `decide` throws, `StoreError` (`REGISTRY_RECORD_CORRUPT`), and a TypeError when it gives
 * a promise, no changes, or one that no collection has made.
 */
export function runDecision<const A extends readonly Address<unknown>[], R>(
  reads: A,
  rawOf: (address: Address<unknown>) => unknown,
  decide: (values: Values<A>) => Decision<R>,
): Decision<R> {
  const values = reads.map((address) => {
    const raw = rawOf(address);
    return raw === undefined ? undefined : address.parse(raw);
  });
  // Each value was parsed by the address in its place.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const decision = runPure(() => decide(values as unknown as Values<A>));
  if (!Array.isArray(decision?.changes)) {
    throw new TypeError("decide gave no decision: it must give { changes, result }");
  }
  if (!decision.changes.every(isChange)) {
    throw new TypeError("decide gave a change that no collection has made");
  }
  return decision;
}
