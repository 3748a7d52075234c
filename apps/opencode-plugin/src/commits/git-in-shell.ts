import { commandName } from "../commands/command-words.ts";
import { placeOf, shellCalls } from "../shell/shell-calls.ts";
import type { ShellWord } from "../shell/shell-commands.ts";

export interface GitCall {
  /** `commit`, `push`, … */
  readonly subcommand: string;
  /** Where git works, an absolute path; undefined where the text does not tell (`cd "$DIR"`). */
  readonly folder: string | undefined;
  /** What follows the subcommand, without redirections and here-documents. */
  readonly args: readonly string[];
}

// The options of git itself that take the next word for their value.
const OPTIONS_WITH_VALUE = new Set(
  "-C -c --git-dir --work-tree --namespace --super-prefix --config-env --attr-source".split(" "),
);
const SHOWS_ONLY = new Set(["-h", "--help", "-v", "--version"]);

/**
 * The calls of git in the text of a shell command, in the order in which they would run: also those behind
 * `env`, `sudo` and the like, by path, and in the text of a `sh -c` or `eval`. Whether they run, and with what
 * success, is not told. A folder follows every `cd` before it, as `shellCalls` does, and `-C`; `--git-dir`,
 * `--work-tree` and `GIT_DIR` do not change it.
 */
export function gitCalls(command: string, cwd: string): readonly GitCall[] {
  return shellCalls(command, cwd).flatMap(({ words, folder }) => {
    const call = commandName(words) === "git" ? gitCall(words.slice(1), folder) : undefined;
    return call ?? [];
  });
}

function gitCall(words: readonly ShellWord[], cwd: string | undefined): GitCall | undefined {
  let folder = cwd;
  for (let place = 0; place < words.length; place += 1) {
    const word = words[place];
    if (word === undefined || SHOWS_ONLY.has(word.text)) return undefined;
    if (!word.text.startsWith("-")) {
      // `git $COMMAND`: which one it is is not known.
      if (word.isExpanded) return undefined;
      const args = words.slice(place + 1).map(({ text }) => text);
      return { subcommand: word.text, folder, args };
    }
    if (!OPTIONS_WITH_VALUE.has(word.text)) continue;
    place += 1;
    const value = words[place];
    if (word.text === "-C" && value !== undefined) folder = placeOf(value, folder);
  }
  return undefined;
}

/** The subcommand of a call of git and the words behind it, for those who look at words. */
export function gitSubcommand(
  words: readonly ShellWord[],
): { readonly subcommand: string; readonly args: readonly ShellWord[] } | undefined {
  if (commandName(words) !== "git") return undefined;
  const call = gitCall(words.slice(1), undefined);
  if (call === undefined) return undefined;
  return { subcommand: call.subcommand, args: words.slice(words.length - call.args.length) };
}
