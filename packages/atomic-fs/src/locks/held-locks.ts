const KEY = Symbol.for("@x/atomic-fs: held locks");

/**
 * The owners' texts of all that this thread holds, by whichever copy of this package. Made when it is first asked
 * for: importing the package leaves no trace.
 */
export function heldLocks(): Set<unknown> {
  const known: unknown = Reflect.get(globalThis, KEY);
  if (known instanceof Set) return known;
  const fresh = new Set<unknown>();
  Reflect.set(globalThis, KEY, fresh);
  return fresh;
}
