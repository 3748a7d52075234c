/**
 * Says what a value is: gives it as `V`, or throws. A zod schema is one, from `zod` or `zod/mini`, and
 * so is a function by hand: this package imports none of them.
 */
export interface Schema<V> {
  /** The value, typed; or throws what is wrong with it. Must take what it gives. */
  parse(raw: unknown): V;
}
