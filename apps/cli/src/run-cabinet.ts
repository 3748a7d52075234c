import { isAbsolute } from "node:path";

import type { Roots } from "@x/registry-core/workspace";

import { type Arguments, assertCommonOptions, glance, parseFor } from "./arguments.ts";
import { findCommand } from "./command-table.ts";
import type { Outcome } from "./command.ts";
import { composeWorld, watchOutputs, type World } from "./compose.ts";
import { describeError } from "./describe-error.ts";
import { CliError } from "./errors.ts";
import { createReport, type Report } from "./report.ts";

/** Runs the command line of this process and sets its exit code. Never throws. */
export async function runCabinet(): Promise<void> {
  watchOutputs();
  const exitCode = await runCommandLine(composeWorld());
  // Output that failed meanwhile has set its own.
  process.exitCode ??= exitCode;
}

/** Runs one command line in the given world, and gives the exit code. */
export async function runCommandLine(world: World): Promise<number> {
  const seen = glance(world.argv);
  const report = createReport(world, seen.values);
  try {
    return report.succeed(await outcomeOf(world, seen, report));
  } catch (error) {
    return report.fail(describeError(error), error);
  }
}

async function outcomeOf(world: World, seen: Arguments, report: Report): Promise<Outcome> {
  if (seen.values["version"] === true) {
    const version = world.version();
    return { data: { version }, text: () => version };
  }
  if (seen.positionals.length === 0) assertCommonOptions(world.argv);
  const asksForHelp = seen.values["help"] === true || seen.positionals[0] === "help";
  if (asksForHelp || seen.positionals.length === 0) return helpOutcome(seen);
  const entry = findCommand(seen.positionals);
  if (entry === undefined) throw unknownCommand(seen.positionals);
  const command = await entry.load();
  const { positionals, values } = parseFor(command, world.argv, entry.words.length);
  return command.run({
    positionals,
    options: values,
    now: world.now,
    roots: () => rootsOf(world, values["workspace-root"]),
    onWarning: report.warn,
    note: report.note,
  });
}

async function helpOutcome({ positionals }: Arguments): Promise<Outcome> {
  const words = positionals[0] === "help" ? positionals.slice(1) : positionals;
  const { helpOf, helpOfAll } = await import("./help.ts");
  const entry = findCommand(words);
  if (entry === undefined && words.length > 0) throw unknownCommand(words);
  const help = entry === undefined ? helpOfAll() : helpOf(entry, await entry.load());
  return { data: { help }, text: () => help };
}

async function rootsOf({ cwd, env }: World, flag: string | boolean | undefined): Promise<Roots> {
  if (flag === "") {
    const message = "--workspace-root names no folder.";
    throw new CliError("CABINET_USAGE", message, "Give the top folder of a checkout.");
  }
  const { findRoots } = await import("@x/registry-core/workspace");
  if (typeof flag !== "string") return findRoots(cwd(), { env });
  // A whole path needs no current folder, which may be gone.
  return findRoots(isAbsolute(flag) ? flag : cwd(), { flag, env });
}

function unknownCommand([word]: readonly string[]): CliError {
  const message = `There is no command "${word}".`;
  return new CliError("CABINET_USAGE", message, "cabinet --help lists the commands.");
}
