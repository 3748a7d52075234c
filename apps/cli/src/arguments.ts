import { parseArgs, type ParseArgsConfig } from "node:util";

import type { Command, CommandOption } from "./command.ts";
import { CliError } from "./errors/cli-error.ts";
import { closestWord } from "./errors/closest-word.ts";

/** The options that every command takes. */
export const COMMON_OPTIONS = {
  json: { type: "boolean", summary: "Print one JSON value" },
  quiet: { type: "boolean", short: "q", summary: "Print the result only: no warnings, no hints" },
  verbose: { type: "boolean", short: "v", summary: "Say which folder was chosen and why" },
  "workspace-root": {
    type: "string",
    value: "<path>",
    completes: "folder",
    summary: "Work on this checkout",
  },
  help: { type: "boolean", short: "h", summary: "Show this help" },
  version: { type: "boolean", short: "V", summary: "Show the version" },
} as const satisfies Record<string, CommandOption & { short?: string }>;

export type OptionValue = string | boolean | readonly string[] | undefined;
export type OptionValues = Readonly<Record<string, OptionValue>>;

export interface Arguments {
  readonly positionals: readonly string[];
  readonly values: OptionValues;
}

/** The arguments of a command, and the other command line that stands behind `--`, where it takes one. */
export interface CommandArguments extends Arguments {
  readonly commandLine: readonly string[];
}

/**
 * Whether the answer must be JSON. Asked before anything else, of a command line that may make no
 * sense: `--workspace-root --json` wants its complaint as JSON too.
 */
export function wantsJson(argv: readonly string[]): boolean {
  const { own } = splitAtEnd(argv);
  return own.some((word) => word === "--json" || word.startsWith("--json="));
}

/**
 * A first look that never fails: the words of the command, and the common options. A word that is no bundle of
 * short options is left out: its letters mean nothing.
 */
export function glance(argv: readonly string[]): Arguments {
  const { own, behind } = splitAtEnd(argv);
  const args = [...own.filter((word) => !isStrayWord(word)), ...behind];
  const { positionals, values } = tokensOf(parserOptions(undefined), args);
  return { positionals, values: onlyTexts(values) };
}

const SHORT_LETTERS = Object.values(COMMON_OPTIONS).flatMap((option) =>
  "short" in option ? [option.short] : [],
);
const SHORT_OPTIONS = new RegExp(`^-[${SHORT_LETTERS.join("")}]+$`);

const SEE_HELP = "Add --help to see what it takes.";
const DASHED_WORDS =
  "A word that begins with a dash goes behind --, as in `-- -x`; as the value of an option behind =, as in --reason=-x.";

function isStrayWord(word: string): boolean {
  return /^-[^-]/.test(word) && !SHORT_OPTIONS.test(word);
}

/** What stands behind `--` is no option. */
function splitAtEnd(argv: readonly string[]): {
  readonly own: readonly string[];
  readonly behind: readonly string[];
} {
  const end = argv.indexOf("--");
  if (end === -1) return { own: argv, behind: [] };
  return { own: argv.slice(0, end), behind: argv.slice(end) };
}

/** Throws `CABINET_USAGE` for an option that is none, where there is no command to ask. */
export function assertCommonOptions(argv: readonly string[]): void {
  parseStrictly(undefined, argv);
}

/** What stands in a command line of its command's own. */
export interface CommandWords {
  /** How many words call it. */
  readonly count: number;
  /** Those that would call another one, behind these. */
  readonly next: readonly string[];
}

/** The arguments of one command. Throws `CABINET_USAGE` with a sentence for people. */
export function parseFor(
  command: Command,
  argv: readonly string[],
  { count, next }: CommandWords,
): CommandArguments {
  const { own, commandLine } = splitFor(command, argv);
  const parsed = parseStrictly(command, own);
  const positionals = parsed.positionals.slice(count);
  const most = command.arguments + (command.optionalArguments ?? 0);
  const [stray] = positionals.slice(most);
  if (stray !== undefined) {
    const meant = closestWord(stray, next);
    const hint = `${didYouMean(meant && JSON.stringify(meant))}${SEE_HELP}`;
    throw new CliError("CABINET_USAGE", `I do not know what to do with "${stray}".`, hint);
  }
  const isShort = command.takesCommandLine === true && commandLine.length === 0;
  if (positionals.length < command.arguments || isShort) {
    throw usageError(`Something is missing: this command takes ${command.synopsis}.`);
  }
  return { positionals, values: parsed.values, commandLine };
}

/** What is behind `--` belongs to the other command, also where it looks like an option of this one. */
function splitFor(
  { takesCommandLine }: Command,
  argv: readonly string[],
): { own: readonly string[]; commandLine: readonly string[] } {
  if (takesCommandLine !== true) return { own: argv, commandLine: [] };
  const { own, behind } = splitAtEnd(argv);
  return { own, commandLine: behind.slice(1) };
}

/**
 * The text given for an option, undefined without it. Throws `CABINET_USAGE` for a blank one: a script
 * whose variable is empty means something else than no option at all.
 */
export function textOption(values: OptionValues, name: string): string | undefined {
  const text = values[name];
  if (typeof text !== "string") return undefined;
  if (text.trim() === "") throw usageError(`--${name} is empty.`);
  return text;
}

/** The texts given for an option that may be repeated. Throws as `textOption` does. */
export function listOption(values: OptionValues, name: string): readonly string[] {
  const texts = values[name];
  if (!isList(texts)) return [];
  if (texts.some((text) => text.trim() === "")) throw usageError(`--${name} is empty.`);
  return texts;
}

function parseStrictly(command: Command | undefined, argv: readonly string[]): Arguments {
  const options = parserOptions(command);
  // The parser would take what is behind the dash letter by letter, and a second dash for `--`.
  const { own } = splitAtEnd(argv);
  const stray = own.find((word, index) => isStrayWord(word) && !isValueOf(options, own[index - 1]));
  if (stray !== undefined) throw unknownOption(stray, options);
  const { positionals, values, tokens } = tokensOf(options, argv);
  const given = tokens.filter((token) => token.kind === "option");
  for (const token of given) assertOption(options, token);
  const names = given.map(({ name }) => name);
  const again = names.find((name, index) => {
    const isSingle = options[name]?.type === "string" && options[name].multiple !== true;
    return isSingle && names.indexOf(name) < index;
  });
  // Which of both is meant, nobody knows.
  if (again !== undefined) throw usageError(`--${again} is given twice.`);
  return { positionals, values: onlyTexts(values) };
}

/** What is wrong is said by `assertOption`: the parser's own complaints are no sentences. */
function tokensOf(options: ParserOptions, argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

function assertOption(
  options: ParserOptions,
  { name, rawName, value, inlineValue }: OptionToken,
): void {
  const option = Object.hasOwn(options, name) ? options[name] : undefined;
  if (option === undefined) throw unknownOption(rawName, options);
  if (option.type === "boolean") {
    if (value !== undefined) throw usageError(`${rawName} takes no value.`);
  } else if (value === undefined) {
    throw usageError(`${rawName} needs a value.`);
  } else if (inlineValue !== true && /^-./.test(value)) {
    const message = `${rawName} needs a value, and ${value} looks like an option.`;
    throw new CliError("CABINET_USAGE", message, `If it is the value: ${rawName}=${value}.`);
  }
}

/** Whether what comes next is the value of that word. */
function isValueOf(options: ParserOptions, word = ""): boolean {
  const name = word.slice(2);
  return word.startsWith("--") && Object.hasOwn(options, name) && options[name]?.type === "string";
}

function unknownOption(option: string, options: ParserOptions): CliError {
  const known = SHORT_LETTERS.map((letter) => `-${letter}`).join(", ");
  const others = option.startsWith("--") ? "" : `: those with one dash are ${known}`;
  const meant = closestWord(option.replace(/^--?/, ""), Object.keys(options));
  const hint = `${didYouMean(meant && `--${meant}`)}${SEE_HELP} ${DASHED_WORDS}`;
  return new CliError("CABINET_USAGE", `There is no option ${option}${others}.`, hint);
}

type ParserOptions = NonNullable<ParseArgsConfig["options"]>;

function parserOptions(command: Command | undefined): ParserOptions {
  const all = Object.entries({ ...COMMON_OPTIONS, ...command?.options });
  return Object.fromEntries(
    all.map(([name, option]) => {
      const { type } = option;
      const multiple = "multiple" in option;
      return [name, { type, multiple, ...("short" in option && { short: option.short }) }];
    }),
  );
}

function onlyTexts(values: Record<string, unknown>): OptionValues {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, isOptionValue(value) ? value : undefined]),
  );
}

function isOptionValue(value: unknown): value is OptionValue {
  return typeof value === "string" || typeof value === "boolean" || isList(value);
}

function isList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

export function usageError(message: string, cause?: unknown): CliError {
  return new CliError("CABINET_USAGE", message, SEE_HELP, cause);
}

/** The beginning of a hint that names what was meant; empty where nobody can say. */
export function didYouMean(meant: string | undefined): string {
  return meant === undefined ? "" : `Did you mean ${meant}? `;
}
