import { commandName, runsItsInput, shellText } from "../commands/command-words.ts";
import { gitSubcommand } from "../commits/git-in-shell.ts";
import { placeOf, type ShellCall, shellCalls } from "../shell/shell-calls.ts";
import type { ShellWord } from "../shell/shell-commands.ts";
import type { EnvFileOptions } from "./env-file.ts";
import { envNameIn, envNameOfGlob } from "./env-name-in-text.ts";

export interface EnvInShellOptions extends EnvFileOptions {
  /** Where the command runs, an absolute path. */
  readonly cwd?: string | undefined;
  /** The env file that a link at this path leads to; the path is absolute where the text tells in which folder it is. */
  readonly linkedEnvFile?: (path: string) => string | undefined;
}

/**
 * The env file that a shell command names, if there is one: in any word of any of its commands, as a whole, in
 * a longer one (`--env-file=.env`, `HEAD:.env`, `python -c "open('.env')"`), as a glob or a pattern that chooses files
 * (`rg -g '.e*'`), or through a link.
 *
 * Not taken for names: what `echo` and `printf` print where nothing of the command reads it, messages of git
 * and gh, the pattern of grep and the filter of jq, what is excluded (`--exclude=.env`, `!.env`), comments, and
 * the bodies of here-documents; these are where a shell or an interpreter may run them.
 */
export function envFileInShell(text: string, options: EnvInShellOptions): string | undefined {
  const calls = shellCalls(text, options.cwd);
  const search = boundedSearch(options);
  let isInputUsed: boolean | undefined;
  for (const call of calls) {
    let texts: ReadonlySet<ShellWord> | undefined;
    for (const [place, word] of call.command.words.entries()) {
      const found = envFileInWord(word, place, call, search);
      if (found === undefined) continue;
      isInputUsed ??= calls.some(usesInput);
      texts ??= textWords(call);
      if (isInputUsed || !texts.has(word)) return found;
    }
  }
  return undefined;
}

/** Whether a command of the text may run, or take for names, what another one prints or a here-document holds. */
function usesInput({ command, words }: ShellCall): boolean {
  return command.words.some(({ text }) => READS_NAMES.test(text)) || runsItsInput(words);
}

const READS_NAMES = /(?:^|\/)xargs$|^(?:read|mapfile|readarray)$/;
// How many words of one call are looked up on the disk, and how many globs are resolved: more is no call of a person.
const MOST_LINKS = 200;
const MOST_GLOBS = 500;
// A longer word is no path.
const LONGEST_PATH = 4_096;

interface Search {
  readonly nameIn: (text: string) => string | undefined;
  readonly ofGlob: (glob: string) => string | undefined;
  readonly ofLink: (path: string) => string | undefined;
}

function boundedSearch({ linkedEnvFile, ...options }: EnvInShellOptions): Search {
  let linksLeft = MOST_LINKS;
  let globsLeft = MOST_GLOBS;
  return {
    nameIn: (text) => envNameIn(text, options),
    ofGlob: (glob) => (globsLeft-- > 0 ? envNameOfGlob(glob, options) : undefined),
    ofLink: (path) => (linksLeft-- > 0 ? linkedEnvFile?.(path) : undefined),
  };
}

function envFileInWord(
  word: ShellWord,
  place: number,
  { command, words, folder }: ShellCall,
  search: Search,
): string | undefined {
  const { text, isGlob, kind } = word;
  const named = search.nameIn(text) ?? (isGlob ? search.ofGlob(text) : undefined);
  if (named !== undefined) return named;
  if (kind === "here-document" || text.length > LONGEST_PATH) return undefined;
  if (WILDCARD.test(text)) {
    const pattern = filePattern(command.words, place, commandName(words));
    if (pattern !== undefined) return search.ofGlob(pattern);
  }
  if (isGlob) return undefined;
  const isCommandName = place === 0 && kind === "argument";
  for (const path of pathsIn(text, isCommandName)) {
    const isExpanded = word.isExpanded && path.includes("$");
    const at = placeOf({ ...word, isExpanded, text: path }, folder);
    // In a folder that the text does not tell, it is looked up in the one around.
    const found = at === undefined && isExpanded ? undefined : search.ofLink(at ?? path);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What of a word may be a path: itself, and what stands behind `=` and `@` (`if=a`, `--env-file=a`, `f=@a`). */
function pathsIn(text: string, isCommandName: boolean): readonly string[] {
  const isOption = text.startsWith("-");
  const paths = isOption || (isCommandName && !text.includes("/")) ? [] : [text];
  const [, value = ""] = /^(?:[^=]*=[@<]?|(?:-\w)?@)(.*)$/s.exec(text) ?? [];
  return value === "" ? paths : [...paths, value];
}

const WILDCARD = /[*?[{]/;

/** The pattern in this word by which a program chooses files, whatever quotes it stands in; `!` before it takes it back. */
function filePattern(
  words: readonly ShellWord[],
  place: number,
  program: string,
): string | undefined {
  const [again = "", before = "", text = ""] = [-2, -1, 0].map((by) => words[place + by]?.text);
  if (program === "find") {
    const isChosen = /^-i?(?:name|path|wholename)$/.test(before) && !/^(?:!|-not)$/.test(again);
    return isChosen ? text : undefined;
  }
  if (/^(?:-g|--i?glob|--include)$/.test(before)) return text;
  return /^(?:-g|--(?:i?glob|include)=)(.+)$/s.exec(text)?.[1];
}

// Options whose value is a text for people.
const MESSAGES: ReadonlyMap<string, RegExp> = new Map([
  ["git", /^(?:-[A-Za-z]*m|--message)$/],
  ["gh", /^(?:-b|--body|-t|--title|-n|--notes)$/],
]);
const MESSAGE_WITH_VALUE = /^(?:-[A-Za-z]*m.|--message=|--body=|--title=|--notes=)/s;
const WITH_MESSAGE = new Set("commit tag merge stash notes revert".split(" "));
const EXCLUSION = /^--(?:exclude|ignore)$/;

/** The words of a command that are texts, and name no file. */
function textWords({ command, words: rest }: ShellCall): ReadonlySet<ShellWord> {
  const name = commandName(rest);
  const git = gitSubcommand(rest);
  const texts = new Set<ShellWord>(valuesOf(rest, EXCLUSION, /^--(?:exclude|ignore)=/));
  if (shellText(rest) === undefined) {
    for (const word of command.words) if (word.kind === "here-document") texts.add(word);
  }
  const add = (words: readonly ShellWord[]): void => words.forEach((word) => texts.add(word));
  if (name === "echo" || name === "printf") add(command.isRead ? [] : rest);
  else if (/^(?:[ef]?grep|rg|ag|ack)$/.test(name))
    add(firstOperand(withoutValues(rest.slice(1)), /^-[A-Za-z]*[ef]|^--(?:regexp|files?)/));
  else if (git?.subcommand === "grep")
    add(firstOperand(withoutValues(git.args), /^-[A-Za-z]*[ef]/));
  else if (name === "jq" || name === "yq")
    add(firstOperand(rest.slice(1), /^-[A-Za-z]*f|^--from-file/));
  const messages = MESSAGES.get(name);
  if (messages !== undefined && (git === undefined || WITH_MESSAGE.has(git.subcommand))) {
    add(valuesOf(git?.args ?? rest, messages, MESSAGE_WITH_VALUE));
  }
  return texts;
}

/** The first word that is no option, where none of the options says that it is something else. */
function firstOperand(words: readonly ShellWord[], otherwise: RegExp): readonly ShellWord[] {
  if (words.some(({ text }) => otherwise.test(text))) return [];
  return words.filter(({ text }) => !text.startsWith("-") || text === "-").slice(0, 1);
}

// Of the programs that look for a pattern, the options that take the next word for their value.
const SEARCH_OPTION = /^(?:-[ABCmg]|--(?:include|exclude|exclude-dir|i?glob))$/;

function withoutValues(words: readonly ShellWord[]): readonly ShellWord[] {
  return words.filter((_, place) => !SEARCH_OPTION.test(words[place - 1]?.text ?? ""));
}

/** The words behind these options, and those that hold option and value. */
function valuesOf(words: readonly ShellWord[], option: RegExp, withValue: RegExp): ShellWord[] {
  return words.filter(({ text }, place) => {
    return withValue.test(text) || option.test(words[place - 1]?.text ?? "");
  });
}
