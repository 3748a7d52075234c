import { isAbsolute } from "node:path";

import type { Roots } from "@x/registry-core/workspace";

import {
  type Arguments,
  assertCommonOptions,
  glance,
  type OptionValue,
  parseFor,
} from "./arguments.ts";
import { findCommand, wordsAfter } from "./command-table.ts";
import type { Outcome } from "./command.ts";
import { composeWorld, type World } from "./compose.ts";
import { CliError } from "./errors.ts";
import { createReport, type Report } from "./report.ts";

/** Runs the command line of this process and sets its exit code. Never throws. */
export async function runCabinet(): Promise<void> {
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
    const { describeError } = await import("./describe-error.ts");
    return report.fail(describeError(error), error);
  }
}

async function outcomeOf(world: World, seen: Arguments, report: Report): Promise<Outcome> {
  if (seen.values["version"] === true) {
    const { version } = world;
    return { data: { version }, text: () => version };
  }
  if (seen.positionals.length === 0) assertCommonOptions(world.argv);
  const asksForHelp = seen.values["help"] === true || seen.positionals[0] === "help";
  if (asksForHelp || seen.positionals.length === 0) return helpOutcome(seen);
  const entry = findCommand(seen.positionals);
  if (entry === undefined) throw unknownCommand(seen.positionals);
  const command = await entry.load();
  const { positionals, values, commandLine } = parseFor(command, world.argv, entry.words.length);
  return command.run({
    positionals,
    options: values,
    commandLine,
    env: world.env,
    cwd: world.cwd,
    now: world.now,
    host: world.host,
    roots: () => rootsOf(world, values["workspace-root"]),
    onWarning: report.warn,
    note: report.note,
    say: report.say,
  });
}

async function helpOutcome({ positionals }: Arguments): Promise<Outcome> {
  const words = positionals[0] === "help" ? positionals.slice(1) : positionals;
  const { helpOf, helpOfAll, helpOfGroup } = await import("./help.ts");
  const entry = findCommand(words);
  const [word = "", ...others] = words;
  const isGroup = entry === undefined && others.length === 0 && wordsAfter(word).length > 0;
  if (entry === undefined && words.length > 0 && !isGroup) throw unknownCommand(words);
  const ofMany = isGroup ? helpOfGroup(word) : helpOfAll();
  const help = entry === undefined ? ofMany : helpOf(entry, await entry.load());
  return { data: { help }, text: () => help };
}

async function rootsOf({ cwd, env }: World, flag: OptionValue): Promise<Roots> {
  if (flag === "") {
    const message = "--workspace-root names no folder.";
    throw new CliError("CABINET_USAGE", message, "Give the top folder of a checkout.");
  }
  const { findRoots } = await import("@x/registry-core/workspace");
  if (typeof flag !== "string") return findRoots(cwd(), { env });
  // A whole path needs no current folder, which may be gone.
  return findRoots(isAbsolute(flag) ? flag : cwd(), { flag, env });
}

function unknownCommand([word = "", second]: readonly string[]): CliError {
  const next = wordsAfter(word);
  const isGroup = next.length > 0 && second !== undefined;
  const message = `There is no command "${isGroup ? `${word} ${second}` : word}".`;
  const hint =
    next.length === 0
      ? "cabinet --help lists the commands."
      : `Behind ${word} comes one of: ${next.join(", ")}.`;
  return new CliError("CABINET_USAGE", message, hint);
}
