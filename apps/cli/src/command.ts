import type { Warning } from "@x/registry-core";
import type { Roots } from "@x/registry-core/workspace";

import type { OptionValues } from "./arguments.ts";
import type { Host } from "./host.ts";

/** What a shell can look up to complete a value. A plan and a spec to activate may be given as a path, too. */
export type CompletedThing =
  | "cleared"
  | "file"
  | "folder"
  | "lease"
  | "open-lease"
  | "phase"
  | "plan"
  | "registered-plan"
  | "session"
  | "spec"
  | "spec-or-file";

/** How a shell completes a value: one of those things, or one of these words. */
export type Completer = CompletedThing | readonly string[];

/** An option of one command, in the form of `util.parseArgs`, with its line of help. */
export interface CommandOption {
  readonly type: "string" | "boolean";
  readonly value?: string;
  /** It may be given several times: its value is a list. */
  readonly multiple?: true;
  /** How its value is completed; default not at all. */
  readonly completes?: Completer;
  readonly summary: string;
}

/** What a command gets: its arguments as they were given, and the world through this object only. */
export interface Invocation {
  readonly positionals: readonly string[];
  readonly options: OptionValues;
  /** What stands behind `--`, of a command that takes another one's line. */
  readonly commandLine: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Throws `CABINET_CWD_MISSING`. */
  readonly cwd: () => string;
  readonly now: () => Date;
  readonly host: Host;
  /** Looked up when asked for: not every command needs a workspace. */
  readonly roots: () => Promise<Roots>;
  readonly onWarning: (warning: Warning) => void;
  /** A fault of Cabinet itself that hides nothing else: told as a warning, and by the exit code of a fault. */
  readonly onFault: (error: unknown) => void;
  /** Printed on stderr with --verbose only. */
  readonly note: (line: string) => void;
  /** Printed on stderr at once; left out by --quiet. */
  readonly say: (line: string) => void;
}

/** What a command gives: the data of the JSON envelope, and the same for people. */
export interface Outcome {
  readonly data: unknown;
  /** Absent: nothing is printed. */
  readonly text?: (style: Style) => string;
  /** What to do next, for people: each on a line of its own; left out by --quiet. */
  readonly hint?: string | readonly string[];
  /** Default 0. */
  readonly exitCode?: number;
}

/** Colours, or none: the same text either way. And how wide the terminal is; undefined without one. */
export interface Style {
  readonly columns?: number | undefined;
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly red: (text: string) => string;
}

export interface Command {
  /** What stands behind the command's own words, such as `<plan> --session <id>`. */
  readonly synopsis: string;
  /** Or several: a way to use it each. */
  readonly example: string | readonly string[];
  readonly options?: Readonly<Record<string, CommandOption>>;
  /** How many positional arguments it takes. */
  readonly arguments: number;
  /** How many more it takes where they are given; default none. */
  readonly optionalArguments?: number;
  /** How each positional argument is completed; the last one also counts for those behind it. */
  readonly completes?: readonly Completer[];
  /** Another command's line must stand behind `--`. */
  readonly takesCommandLine?: true;
  readonly run: (invocation: Invocation) => Promise<Outcome>;
}
