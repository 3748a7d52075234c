import type { Host } from "../host.ts";

// SIGUSR1 belongs to Node's debugger, SIGKILL and SIGSTOP to nobody.
const RELAYED: readonly NodeJS.Signals[] = ["SIGTERM", "SIGHUP", "SIGUSR2", "SIGINT", "SIGQUIT"];
const OF_TERMINAL: ReadonlySet<NodeJS.Signals> = new Set(["SIGINT", "SIGQUIT"]);

/** From when it exists until it is stopped, the signals that this process gets do not end it. */
export interface SignalRelay {
  /** The first signal that came before there was a command to pass it on to. */
  readonly early: () => NodeJS.Signals | undefined;
  /** Signals are passed on by that function from now on. */
  readonly passTo: (kill: (signal: NodeJS.Signals) => void) => void;
  readonly stop: () => void;
}

export function relaySignals(host: Host): SignalRelay {
  const hasTerminal = host.hasTerminal();
  let early: NodeJS.Signals | undefined;
  let kill: ((signal: NodeJS.Signals) => void) | undefined;
  // Not yet for the turn behind the start: what is heard of then may have come before it.
  let isToldByTerminal = false;
  const stops = RELAYED.map((signal) =>
    host.onSignal(signal, () => {
      if (kill === undefined) early ??= signal;
      else if (!(isToldByTerminal && OF_TERMINAL.has(signal))) kill(signal);
    }),
  );
  return {
    early: () => early,
    passTo: (next) => {
      kill = next;
      if (hasTerminal) setImmediate(() => (isToldByTerminal = true));
    },
    stop: () => stops.forEach((stop) => stop()),
  };
}
