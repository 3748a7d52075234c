import { refuseInsideStep } from "../pure-step.ts";
import { StoreError } from "./store-error.ts";

/**
 * What every call of a store goes through, for an engine: none inside a step, none after `close`, and
 * `close` waits for those that are under way.
 */
export class CallGate {
  readonly #underWay = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  /** Rejects when the store is closed. The TypeError inside a step is thrown: nobody awaits there. */
  run<T>(call: () => Promise<T>): Promise<T> {
    refuseInsideStep();
    if (this.#closing !== undefined) return Promise.reject(closedError());
    const running = call();
    this.#underWay.add(running);
    // Not that promise itself: a rejection that nobody waits for would be swallowed.
    return this.#forgetWhenSettled(running);
  }

  async #forgetWhenSettled<T>(running: Promise<T>): Promise<T> {
    try {
      return await running;
    } finally {
      this.#underWay.delete(running);
    }
  }

  /**
   * The same for a call without a promise, which throws when the store is closed. `close` cannot come in
   * between.
   */
  runSync<T>(call: () => T): T {
    refuseInsideStep();
    if (this.#closing !== undefined) throw closedError();
    return call();
  }

  /** Lets no more calls in, and frees what the engine holds when all are through. */
  close(free: () => Promise<void> | void = () => {}): Promise<void> {
    refuseInsideStep();
    this.#closing ??= Promise.allSettled(this.#underWay).then(() => free());
    return this.#closing;
  }
}

function closedError(): StoreError {
  return new StoreError("REGISTRY_CLOSED", "it is closed");
}
