import { ShellReader } from "./shell-reader.ts";

/** A shell of its own: the text's, or a subshell's or substitution's, in which a `cd` stays. */
export interface ShellScope {
  /** The shell that it was started by. */
  readonly parent: ShellScope | undefined;
}

export interface ShellWord {
  /**
   * Without the quotes and backslashes. What the shell would put in stays as it is written (`$HOME`,
   * `${a:-b}`), of a substitution only `$()`.
   */
  readonly text: string;
  /** It holds an unquoted `*`, `?`, `[` or `{`. */
  readonly isGlob: boolean;
  /** The shell puts in something that the text does not tell: a variable, a substitution. */
  readonly isExpanded: boolean;
  /** What follows `<` or `>` is a `redirection`, the body of `<<` and the word of `<<<` a `here-document`. */
  readonly kind: "argument" | "redirection" | "here-document";
}

/** A simple command: its assignments, name, arguments, redirections and here-documents. */
export interface ShellCommand {
  readonly words: readonly ShellWord[];
  readonly scope: ShellScope;
  /** Another command reads what it prints: it stands before a `|`, or in a substitution. */
  readonly isRead: boolean;
}

/** What Linux takes as one argument: a longer text is never given to a `bash -c`. */
export const MOST_CHARACTERS = 128 * 1024;

/**
 * The simple commands that bash would run, in the order in which they end: a substitution before the command
 * that it is for. Nothing is run or expanded, and every text is read to its end, also one that bash refuses.
 * Takes time linear in the text.
 *
 * A text of more than 128 KiB is not read: it is one command of one word, itself. Words that only lead to a
 * command (`if`, `then`, `do`, `{`, `!`, …) are left out; `for`, `case` and `[[` with theirs are read as
 * commands. The lines of a here-document that nothing ends are read as commands.
 */
export function shellCommands(text: string): readonly ShellCommand[] {
  if (text.length > MOST_CHARACTERS) return [wholeText(text)];
  return new ShellReader(text).commands();
}

function wholeText(text: string): ShellCommand {
  const word: ShellWord = { text, isGlob: false, isExpanded: false, kind: "argument" };
  return { words: [word], scope: { parent: undefined }, isRead: false };
}
