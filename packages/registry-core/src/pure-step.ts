/**
 * A step is the function by which a caller decides a change: `decide` of a store, the step of a
 * registry. It runs while a lock or a transaction is held, and may run again on newer values. So it
 * gives its answer at once, and asks no store and no registry for anything.
 */
let isInsideStep = false;

/**
 * What the step gives. Meanwhile `refuseInsideStep` throws, here and in every store and registry.
 * Throws a TypeError for a promise, and what the step throws.
 */
export function runPure<T>(step: () => T): T {
  // A store over a registry runs its step inside that of the registry.
  const wasInsideStep = isInsideStep;
  isInsideStep = true;
  let given: T;
  try {
    given = step();
  } finally {
    isInsideStep = wasInsideStep;
  }
  if (isThenable(given)) {
    // What becomes of it is nobody's any more.
    Promise.resolve(given).catch(() => {});
    throw new TypeError("a step gave a promise: it must be synchronous");
  }
  return given;
}

/** Throws a TypeError inside a step: what is called there would wait for that very step to end. */
export function refuseInsideStep(): void {
  if (!isInsideStep) return;
  throw new TypeError("a step must not call a store or a registry: it would wait for itself");
}

/** Whether it is a promise, or passes for one. */
export function isThenable(given: unknown): boolean {
  return (
    typeof given === "object" &&
    given !== null &&
    "then" in given &&
    typeof given.then === "function"
  );
}
