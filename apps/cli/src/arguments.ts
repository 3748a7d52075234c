import { parseArgs, type ParseArgsConfig } from "node:util";

import type { Command, CommandOption } from "./command.ts";
import { CliError } from "./errors.ts";

/** The options that every command takes. */
export const COMMON_OPTIONS = {
  json: { type: "boolean", summary: "Print one JSON value" },
  quiet: { type: "boolean", short: "q", summary: "Print the result only: no warnings, no hints" },
  verbose: { type: "boolean", short: "v", summary: "Say which folder was chosen and why" },
  "workspace-root": { type: "string", value: "<path>", summary: "Work on this checkout" },
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
  const end = argv.indexOf("--");
  const options = end === -1 ? argv : argv.slice(0, end);
  return options.some((word) => word === "--json" || word.startsWith("--json="));
}

/** A first look that never fails: the words of the command, and the common options. */
export function glance(argv: readonly string[]): Arguments {
  const { positionals, values } = parseArgs({
    args: [...argv],
    options: parserOptions(undefined),
    allowPositionals: true,
    strict: false,
  });
  return { positionals, values: onlyTexts(values) };
}

/** Throws `CABINET_USAGE` for an option that is none, where there is no command to ask. */
export function assertCommonOptions(argv: readonly string[]): void {
  parseStrictly(undefined, argv);
}

/** The arguments of one command. Throws `CABINET_USAGE` with a sentence for people. */
export function parseFor(
  command: Command,
  argv: readonly string[],
  words: number,
): CommandArguments {
  const { own, commandLine } = splitFor(command, argv);
  const parsed = parseStrictly(command, own);
  const positionals = parsed.positionals.slice(words);
  const most = command.arguments + (command.optionalArguments ?? 0);
  if (positionals.length > most) {
    throw usageError(`I do not know what to do with "${positionals[most]}".`);
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
  const end = takesCommandLine === true ? argv.indexOf("--") : -1;
  if (end === -1) return { own: argv, commandLine: [] };
  return { own: argv.slice(0, end), commandLine: argv.slice(end + 1) };
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
  const { positionals, values, tokens } = parseWith(options, argv);
  const names = tokens.flatMap((token) => (token.kind === "option" ? [token.name] : []));
  const again = names.find((name, index) => {
    const isSingle = options[name]?.type === "string" && options[name].multiple !== true;
    return isSingle && names.indexOf(name) < index;
  });
  // Which of both is meant, nobody knows.
  if (again !== undefined) throw usageError(`--${again} is given twice.`);
  return { positionals, values: onlyTexts(values) };
}

function parseWith(options: ParserOptions, argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options,
      allowPositionals: true,
      strict: true,
      tokens: true,
    });
  } catch (error) {
    // parseArgs words its complaints for people, over several lines.
    const complaint = error instanceof Error ? error.message : String(error);
    throw usageError(`${complaint.replaceAll(/\s+/g, " ").replace(/\.$/, "")}.`, error);
  }
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
  return new CliError("CABINET_USAGE", message, "Add --help to see what it takes.", cause);
}
