/** What a command that runs another one needs of the system. */
export interface Host {
  readonly platform: NodeJS.Platform;
  /** Whether stdin is a terminal, which sends its signals to all processes in its foreground. */
  readonly hasTerminal: () => boolean;
  /** What comes in on stdin. */
  readonly input: () => AsyncIterable<Uint8Array | string>;
  /** Calls the listener instead of ending this process, until the function that it gives is called. */
  readonly onSignal: (signal: NodeJS.Signals, listener: () => void) => () => void;
  /** Calls `tick` again and again, until the function that it gives is called. */
  readonly every: (milliseconds: number, tick: () => void) => () => void;
  /** Lets the user choose on the terminal; undefined where stdin and stderr are not both one. */
  readonly choose: Choose | undefined;
  /** Shows a line in the place of the one before on stderr, none for an empty one; undefined without a terminal. */
  readonly drawLine: ((line: string) => void) | undefined;
}

/** Gives the value that was chosen, undefined when the user gave up. */
export type Choose = (
  question: string,
  choices: readonly Choice[],
  initial: string | undefined,
) => Promise<string | undefined>;

export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly hint: string;
}
