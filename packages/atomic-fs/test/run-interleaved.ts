import { type Protocol, syncFileCalls } from "../src/file-calls.ts";

/**
 * Runs protocols as if each had a process of its own: which of them makes its next file-system call
 * is drawn anew for every call. Naps take no time.
 */
export function runInterleaved(protocols: readonly Protocol<void>[]): void {
  const running = protocols.map((protocol) => ({ protocol, step: protocol.next() }));
  while (running.length > 0) {
    const index = Math.floor(Math.random() * running.length);
    const one = running[index];
    if (one === undefined || one.step.done === true) {
      running.splice(index, 1);
      continue;
    }
    const { name, args } = one.step.value;
    let value: unknown;
    try {
      if (name !== "nap") value = Reflect.apply(syncFileCalls[name], syncFileCalls, args);
    } catch (error) {
      one.step = one.protocol.throw(error);
      continue;
    }
    one.step = one.protocol.next(value);
  }
}
