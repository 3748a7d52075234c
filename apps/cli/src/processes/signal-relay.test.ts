import { expect, test } from "vitest";

import type { Host } from "../host.ts";
import { relaySignals } from "./signal-relay.ts";

/** A process that gets signals when a test says so, and what was passed on. */
function processWith({ hasTerminal }: { readonly hasTerminal: boolean }) {
  const listeners = new Map<string, () => void>();
  const host: Host = {
    platform: "linux",
    input: () => process.stdin,
    hasTerminal: () => hasTerminal,
    onSignal: (signal, listener) => {
      listeners.set(signal, listener);
      return () => void listeners.delete(signal);
    },
    every: () => () => undefined,
    choose: undefined,
    drawLine: undefined,
  };
  const passed: string[] = [];
  const relay = relaySignals(host);
  return {
    relay,
    listeners,
    passed,
    gets: (signal: string) => listeners.get(signal)?.(),
    start: () => relay.passTo((signal) => passed.push(signal)),
    turn: async () => new Promise((resolve) => setImmediate(resolve)),
  };
}

const SIGNALS = ["SIGTERM", "SIGHUP", "SIGUSR2", "SIGINT", "SIGQUIT"];

test("the first signal that came before there was a command is remembered", () => {
  const { relay, gets, passed } = processWith({ hasTerminal: false });
  expect(relay.early()).toBeUndefined();
  gets("SIGHUP");
  gets("SIGTERM");
  expect(relay.early()).toBe("SIGHUP");
  expect(passed).toEqual([]);
});

test("signals are passed on until it is stopped", async () => {
  const { relay, gets, passed, start, turn, listeners } = processWith({ hasTerminal: false });
  start();
  await turn();
  SIGNALS.forEach(gets);
  expect(passed).toEqual(SIGNALS);
  relay.stop();
  expect(listeners.size).toBe(0);
});

test("what a terminal sends to both is not sent twice", async () => {
  const { gets, passed, start, turn } = processWith({ hasTerminal: true });
  start();
  await turn();
  SIGNALS.forEach(gets);
  expect(passed).toEqual(["SIGTERM", "SIGHUP", "SIGUSR2"]);
});

test("a key that was pressed before the command was there is passed on to it", () => {
  const { gets, passed, start } = processWith({ hasTerminal: true });
  start();
  gets("SIGINT");
  expect(passed).toEqual(["SIGINT"]);
});
