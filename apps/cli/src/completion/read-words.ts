import type { CommandOption } from "../command.ts";

export type Options = Readonly<Record<string, CommandOption & { readonly short?: string }>>;

/** What stands before the word that is typed. */
export interface WordsBefore {
  /** The command's own words and its arguments, without those behind `--`. */
  readonly positionals: readonly string[];
  /** The names of the options that are there. */
  readonly given: ReadonlySet<string>;
  /** The values of options that have one. */
  readonly values: ReadonlyMap<string, string>;
  /** The option whose value is typed. */
  readonly awaits: string | undefined;
  /** What stands behind `--`; undefined without one. */
  readonly behind: readonly string[] | undefined;
}

/** Reads a command line that makes no sense yet: what is not known is no option with a value. */
export function readWordsBefore(words: readonly string[], options: Options): WordsBefore {
  const end = words.indexOf("--");
  const positionals: string[] = [];
  const given = new Set<string>();
  const values = new Map<string, string>();
  let awaits: string | undefined;
  for (const word of end === -1 ? words : words.slice(0, end)) {
    if (awaits !== undefined) {
      values.set(awaits, word);
      awaits = undefined;
    } else if (word.startsWith("--")) {
      const { name, value } = splitOption(word);
      given.add(name);
      if (value !== undefined) values.set(name, value);
      else if (optionOf(options, name)?.type === "string") awaits = name;
    } else if (/^-./.test(word)) {
      for (const name of namesOfLetters(options, word.slice(1))) given.add(name);
    } else {
      positionals.push(word);
    }
  }
  const behind = end === -1 ? undefined : words.slice(end + 1);
  return { positionals, given, values, awaits: end === -1 ? awaits : undefined, behind };
}

/** The name and the value of `--name=value`. */
export function splitOption(word: string): { name: string; value: string | undefined } {
  const [, name = "", value] = /^--([^=]*)(?:=(.*))?$/s.exec(word) ?? [];
  return { name, value };
}

export function optionOf(options: Options, name: string): Options[string] | undefined {
  return Object.hasOwn(options, name) ? options[name] : undefined;
}

function namesOfLetters(options: Options, letters: string): string[] {
  return Object.entries(options).flatMap(([name, { short }]) =>
    short !== undefined && letters.includes(short) ? [name] : [],
  );
}
