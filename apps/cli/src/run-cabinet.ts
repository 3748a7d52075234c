import { isAbsolute } from "node:path";

import type { Roots } from "@x/registry-core/workspace";

import {
  type Arguments,
  assertCommonOptions,
  didYouMean,
  glance,
  type OptionValue,
  parseFor,
} from "./arguments.ts";
import { findCommand, firstWords, wordsAfter } from "./command-table.ts";
import type { Outcome } from "./command.ts";
import { composeWorld, type World } from "./compose.ts";
import { CliError } from "./errors/cli-error.ts";
import { closestWord } from "./errors/closest-word.ts";
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
    const { describeError } = await import("./errors/describe-error.ts");
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
  const [word = "", ...others] = entry.words;
  const words = { count: entry.words.length, next: others.length === 0 ? wordsAfter(word) : [] };
  const { positionals, values, commandLine } = parseFor(command, world.argv, words);
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
    onFault: report.fault,
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
  const isGroup = next.length > 0;
  const isNext = isGroup && second !== undefined;
  const message = `There is no command "${isNext ? `${word} ${second}` : word}".`;
  const closest = isNext ? closestWord(second, next) : undefined;
  const meant = isGroup ? closest && `${word} ${closest}` : closestWord(word, firstWords());
  const others = isGroup
    ? `Behind ${word} comes one of: ${next.join(", ")}.`
    : "cabinet --help lists the commands.";
  const hint = `${didYouMean(meant && JSON.stringify(meant))}${others}`;
  return new CliError("CABINET_USAGE", message, hint);
}
