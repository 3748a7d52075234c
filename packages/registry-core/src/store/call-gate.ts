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
    const forget = (): void => void this.#underWay.delete(running);
    this.#underWay.add(running);
    running.then(forget, forget);
    return running;
  }

  runSync<T>(call: () => T): T {
    refuseInsideStep();
    if (this.#closing !== undefined) throw closedError();
    return call();
  }

  /** Lets no more calls in, and frees what the engine holds when all are through. */
  close(free: () => Promise<void> | void = () => {}): Promise<void> {
    this.#closing ??= Promise.allSettled(this.#underWay).then(() => free());
    return this.#closing;
  }
}

function closedError(): StoreError {
  return new StoreError("REGISTRY_CLOSED", "it is closed");
}
