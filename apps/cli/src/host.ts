/** What a command that runs another one needs of the system. */
export interface Host {
  readonly platform: NodeJS.Platform;
  /** Whether stdin is a terminal, which sends its signals to all processes in its foreground. */
  readonly hasTerminal: () => boolean;
  /** Calls the listener instead of ending this process, until the function that it gives is called. */
  readonly onSignal: (signal: NodeJS.Signals, listener: () => void) => () => void;
  /** Calls `tick` again and again, until the function that it gives is called. */
  readonly every: (milliseconds: number, tick: () => void) => () => void;
}
