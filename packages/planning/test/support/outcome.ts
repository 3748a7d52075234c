/** What a call gave, or what it threw. */
export type Outcome<R> = { readonly value: R } | { readonly error: unknown };

export function outcomeOf<R>(call: () => R): Outcome<R> {
  try {
    return { value: call() };
  } catch (error) {
    return { error };
  }
}
