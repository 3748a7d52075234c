import { COMMON_OPTIONS } from "./arguments.ts";
import { type CommandEntry, COMMANDS } from "./command-table.ts";
import type { Command, CommandOption } from "./command.ts";

/** The page that `cabinet --help` shows. */
export function helpOfAll(): string {
  const own = COMMANDS.filter(
    ({ aliasOf, isHidden }) => aliasOf === undefined && isHidden !== true,
  );
  const commands = own.map(({ words, summary }) => [words.join(" "), summary] as const);
  return [
    "The filing cabinet for coding agents: plans, specs, leases and track records.",
    "",
    "Usage: cabinet <command> [options]",
    "",
    "Commands:",
    ...columns(commands),
    "",
    "Other words for some of them:",
    ...columns(aliasRows()),
    "",
    "Options:",
    ...columns(optionRows(COMMON_OPTIONS)),
    "",
    "cabinet <command> --help shows an example.",
  ].join("\n");
}

/** The page of the commands that begin with this word, which is none itself. */
export function helpOfGroup(word: string): string {
  return [
    `Usage: cabinet ${word} <command> [options]`,
    "",
    "Commands:",
    ...columns(commandsBehind([word])),
    "",
    `cabinet ${word} <command> --help shows an example.`,
  ].join("\n");
}

/** The page of one command; of one that others begin with, they are named too. */
export function helpOf({ words, summary, aliasOf }: CommandEntry, command: Command): string {
  const called = ["cabinet", ...words].join(" ");
  const usage = [called, ...usageBehind(command)].filter((word) => word !== "");
  const own = ["cabinet", ...(aliasOf ?? words)].join(" ");
  const examples = [command.example].flat().map((example) => example.replace(own, called));
  const others = commandsBehind(words);
  return [
    `${summary}.`,
    "",
    `Usage: ${usage.join(" ")}`,
    "",
    ...(others.length > 0 ? ["Other commands:", ...columns(others), ""] : []),
    "Options:",
    ...columns(optionRows({ ...command.options, ...COMMON_OPTIONS })),
    "",
    `Example: ${examples.join("\n         ")}`,
  ].join("\n");
}

function commandsBehind(words: readonly string[]): (readonly [words: string, meaning: string])[] {
  return COMMANDS.filter(
    (entry) =>
      entry.words.length > words.length &&
      words.every((word, index) => entry.words[index] === word),
  ).map((entry) => [entry.words.join(" "), entry.summary] as const);
}

/** Options stand before the command line of another command. */
function usageBehind({ synopsis, takesCommandLine }: Command): string[] {
  return takesCommandLine === true
    ? [synopsis.replace(" -- ", " [options] -- ")]
    : [synopsis, "[options]"];
}

function aliasRows(): (readonly [words: string, meaning: string])[] {
  const aliases = COMMANDS.filter(({ aliasOf }) => aliasOf !== undefined);
  const meanings = new Set(aliases.map(({ aliasOf = [] }) => aliasOf.join(" ")));
  return Array.from(meanings, (meaning) => {
    const same = aliases.filter(({ aliasOf = [] }) => aliasOf.join(" ") === meaning);
    return [same.map(({ words }) => words.join(" ")).join(", "), meaning] as const;
  });
}

function optionRows(options: Readonly<Record<string, CommandOption & { short?: string }>>) {
  return Object.entries(options).map(([name, { short, value, summary }]) => {
    const long = `--${name}${value === undefined ? "" : ` ${value}`}`;
    return [short === undefined ? long : `-${short}, ${long}`, summary] as const;
  });
}

function columns(rows: readonly (readonly [left: string, right: string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
