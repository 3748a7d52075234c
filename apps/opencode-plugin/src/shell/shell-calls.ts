import { homedir } from "node:os";
import { resolve } from "node:path";

import {
  argumentsOf,
  commandArguments,
  commandName,
  shellText,
} from "../commands/command-words.ts";
import {
  MOST_CHARACTERS,
  type ShellCommand,
  shellCommands,
  type ShellScope,
  type ShellWord,
} from "./shell-commands.ts";

/** A simple command, and where it runs. */
export interface ShellCall {
  readonly command: ShellCommand;
  /** Its name and arguments, without redirections, assignments and what runs it (`sudo`, `env A=b`). */
  readonly words: readonly ShellWord[];
  /** An absolute path; undefined where the text does not tell (`cd "$DIR"`). */
  readonly folder: string | undefined;
}

// A text in a text in a text: more is nobody's work.
const MOST_NESTED_TEXTS = 4;
// Longer ones are nobody's folders; without a bound a row of `cd a` would take time by its square.
const LONGEST_PATH = 1_024;

/**
 * The simple commands of a shell text, as `shellCommands` tells them, with those in the text of a `sh -c` or
 * `eval`, which come behind it. Whether they run, and with what success, is not told: both sides of `&&` and `||` are.
 *
 * A folder follows every `cd` before it; what is in parentheses or in a substitution has a folder of
 * its own, the parts of a pipeline and what runs in the background are taken to share theirs.
 */
export function shellCalls(text: string, cwd: string | undefined): readonly ShellCall[] {
  const calls: ShellCall[] = [];
  // All nested texts together, so that their levels do not multiply the time.
  let charactersLeft = MOST_CHARACTERS / 2;
  const read = (from: string, start: string | undefined, level: number): void => {
    const folders = new Map<ShellScope, string | undefined>();
    for (const command of shellCommands(from)) {
      const { scope } = command;
      const { words, isElsewhere } = commandArguments(argumentsOf(command.words));
      const around = scope.parent !== undefined && folders.has(scope.parent);
      if (!folders.has(scope)) folders.set(scope, around ? folders.get(scope.parent) : start);
      const folder = isElsewhere ? undefined : folders.get(scope);
      calls.push({ command, words, folder });
      const inner = shellText(words);
      const name = commandName(words);
      if (inner !== undefined) {
        charactersLeft -= inner.length;
        if (level < MOST_NESTED_TEXTS && charactersLeft >= 0) read(inner, folder, level + 1);
      } else if (name === "cd" || name === "pushd" || name === "popd") {
        folders.set(scope, name === "popd" ? undefined : enteredFolder(words.slice(1), folder));
      }
    }
  };
  read(text, cwd, 0);
  return calls;
}

/** Where a `cd` with these words leads to. `CDPATH` is not followed. */
function enteredFolder(words: readonly ShellWord[], cwd: string | undefined): string | undefined {
  const [target, ...more] = words.filter(({ text }) => !/^-[LPe@n-]/.test(text));
  if (target === undefined) return homedir();
  const isOther = more.length > 0 || target.text === "-" || /^\+\d+$/.test(target.text);
  return isOther ? undefined : placeOf(target, cwd);
}

const KNOWN_FOLDER = /^(?:\$(?:PWD|\{PWD\})|(~|\$(?:HOME|\{HOME\})))(?=\/|$)/;

/**
 * The absolute path that a word is for a command that runs in this folder, `~`, `$HOME` and `$PWD` before it put
 * in; undefined where the text does not tell.
 */
export function placeOf(
  { text, isExpanded, isGlob }: ShellWord,
  folder: string | undefined,
): string | undefined {
  if (isGlob || text.length > LONGEST_PATH || /^~[^/]|\0/.test(text)) return undefined;
  const known = isExpanded || text.startsWith("~") ? KNOWN_FOLDER.exec(text) : null;
  const rest = known === null ? text : `.${text.slice(known[0].length)}`;
  if (isExpanded && (known === null || rest.includes("$"))) return undefined;
  const base = known?.[1] === undefined ? folder : homedir();
  if (base === undefined) return rest.startsWith("/") ? resolve(rest) : undefined;
  return base.length + rest.length > LONGEST_PATH ? undefined : resolve(base, rest);
}
