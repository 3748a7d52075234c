import type { Warning } from "@x/registry-core";
import type { Roots } from "@x/registry-core/workspace";

/** An option of one command, in the form of `util.parseArgs`, with its line of help. */
export interface CommandOption {
  readonly type: "string" | "boolean";
  readonly value?: string;
  readonly summary: string;
}

/** What a command gets: its arguments as they were given, and the world through this object only. */
export interface Invocation {
  readonly positionals: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  readonly now: () => Date;
  /** Looked up when asked for: not every command needs a workspace. */
  readonly roots: () => Promise<Roots>;
  readonly onWarning: (warning: Warning) => void;
  /** Printed on stderr with --verbose only. */
  readonly note: (line: string) => void;
}

/** What a command gives: the data of the JSON envelope, and the same for people. */
export interface Outcome {
  readonly data: unknown;
  readonly text: (style: Style) => string;
  /** What to do next, for people; left out by --quiet. */
  readonly hint?: string;
}

/** Colours, or none: the same text either way. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly red: (text: string) => string;
}

export interface Command {
  /** What stands behind the command's own words, such as `<plan> --session <id>`. */
  readonly synopsis: string;
  readonly example: string;
  readonly options?: Readonly<Record<string, CommandOption>>;
  /** How many positional arguments it takes. */
  readonly arguments: number;
  /** How many more it takes where they are given; default none. */
  readonly optionalArguments?: number;
  readonly run: (invocation: Invocation) => Promise<Outcome>;
}
