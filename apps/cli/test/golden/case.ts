/** One way to call a command in the prepared checkout, and what it answers there. */
export interface Case {
  /** Behind the words of the command. */
  readonly args: readonly string[];
  /** It says what there is, and changes nothing. */
  readonly onlyLooks?: true;
  /** Default 0. */
  readonly exitCode?: number;
  /** The data with `--json`; times, paths and the like as `normalised` has them. */
  readonly data?: unknown;
  /** The code of the error, in the place of the data. */
  readonly error?: string;
  /** The codes of the warnings; default none. */
  readonly warnings?: readonly string[];
}

/** By the words of the command. */
export type Cases = Readonly<Record<string, readonly Case[]>>;
