import { COMMON_OPTIONS } from "./arguments.ts";
import { type CommandEntry, COMMANDS } from "./command-table.ts";
import type { Command, CommandOption } from "./command.ts";

/** The page that `cabinet --help` shows. */
export function helpOfAll(): string {
  const commands = COMMANDS.map(({ words, summary }) => [words.join(" "), summary] as const);
  return [
    "The filing cabinet for coding agents: plans, specs, leases and track records.",
    "",
    "Usage: cabinet <command> [options]",
    "",
    "Commands:",
    ...columns(commands),
    "",
    "Options:",
    ...columns(optionRows(COMMON_OPTIONS)),
    "",
    "cabinet <command> --help shows an example.",
  ].join("\n");
}

/** The page of one command. */
export function helpOf({ words, summary }: CommandEntry, command: Command): string {
  const usage = ["cabinet", ...words, command.synopsis, "[options]"].filter((word) => word !== "");
  return [
    `${summary}.`,
    "",
    `Usage: ${usage.join(" ")}`,
    "",
    "Options:",
    ...columns(optionRows({ ...command.options, ...COMMON_OPTIONS })),
    "",
    `Example: ${command.example}`,
  ].join("\n");
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
