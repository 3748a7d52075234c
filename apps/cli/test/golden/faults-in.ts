import { COMMANDS } from "../../src/command-table.ts";
import { cabinet } from "../run-cabinet-here.ts";
import { ALL_CALLED, type Called, withOption } from "./all-cases.ts";
import type { Condition } from "./conditions.ts";
import { type Stage, stageOf } from "./place.ts";
import { faultsOfJson, faultsOfQuiet, faultsOfText, type Printed } from "./rules.ts";
import { changesOf, type Tree, treeOf } from "./tree-of.ts";

const ALIASES = COMMANDS.filter(({ aliasOf }) => aliasOf !== undefined);

/** What any command does there, in any form, that none should; nothing where all is well. */
export async function faultsIn(condition: Condition): Promise<string[]> {
  const stage = stageOf(await condition.open());
  const faults: string[] = [];
  const calls = ALL_CALLED.filter(isCalledByOwnName);
  for (const called of condition.isBrief === true ? calls.filter(isFirst) : calls) {
    const found = await (called.onlyLooks === true
      ? faultsOfLooking(called, stage, condition)
      : faultsOf(called, stage));
    faults.push(...found.map((fault) => `cabinet ${called.line.join(" ")}: ${fault}`));
  }
  return faults;
}

/** What else can be said of a command is said of a sound checkout. */
function isFirst({ words }: Called, index: number, all: readonly Called[]): boolean {
  return words !== all[index - 1]?.words;
}

/** Those with other words run the same code. */
function isCalledByOwnName({ line }: Called): boolean {
  return !ALIASES.some(({ words }) => words.every((word, index) => line[index] === word));
}

/** Of one call in all forms, each where nobody was before. */
function faultsOf({ line }: Called, { place, reset }: Stage): Promise<string[]> {
  return faultsOfForms(line, async (...options) => {
    reset();
    return cabinet(place.dir, withOption(line, ...options), place.env);
  });
}

/** Of all forms, one after the other: the same answer each time, and nothing has changed at the end. */
async function faultsOfLooking(
  { line }: Called,
  { place, reset }: Stage,
  { setsAside = false, mayChange = /^$/ }: Condition,
): Promise<string[]> {
  reset();
  const run = async (...options: string[]): Promise<Printed> =>
    cabinet(place.dir, withOption(line, ...options), place.env);
  const found: Tree = treeOf(place.folder);
  if (setsAside) await run("--json");
  const before = treeOf(place.folder);
  const first = await run("--json");
  const faults = await faultsOfForms(line, run);
  const second = await run("--json");
  const changed = changesOf(before, treeOf(place.folder)).filter((name) => !mayChange.test(name));
  return [
    ...faults,
    ...(second.stdout === first.stdout ? [] : [`another answer: ${second.stdout}`]),
    ...(changed.length === 0 ? [] : [`it changes ${changed.join(", ")}`]),
    ...lostFrom(found, before).map((name) => `it loses ${name}`),
  ];
}

/** What was there is still there, under whatever name. Into a database, and what is known of it, go the journals. */
function lostFrom(one: Tree, other: Tree): string[] {
  const kept = new Set(Array.from(other.values(), contentOf));
  return changesOf(one, other).filter((name) => {
    const entry = one.get(name);
    return (
      entry !== undefined && !/\.lmdb(?:\.agents\.json)?$/.test(name) && !kept.has(contentOf(entry))
    );
  });
}

function contentOf(entry: string): string {
  return entry.split(" ").slice(2).join(" ");
}

type Run = (...options: string[]) => Promise<Printed>;

async function faultsOfForms(line: readonly string[], run: Run): Promise<string[]> {
  const json = await run("--json");
  const plain = await run();
  const quiet = await run("--quiet");
  const verbose = await run("--verbose");
  const codes = [plain, quiet, verbose].map(({ code }) => code);
  return [
    ...faultsOfJson(line, json),
    ...[plain, quiet, verbose].flatMap((printed) => faultsOfText(line, printed)),
    ...faultsOfQuiet(quiet),
    ...(codes.every((code) => code === json.code) || isNoJson(line)
      ? []
      : [`exit codes ${json.code}, ${codes.join(", ")}`]),
    ...(isSame(plain, quiet) ? [] : ["another result with --quiet"]),
    ...(isSame(plain, verbose) ? [] : ["another result with --verbose"]),
  ];
}

/** JSON Lines on stdout, which are refused with `--json`. */
function isNoJson(line: readonly string[]): boolean {
  return line.join(" ") === "tracker export";
}

function isSame(one: Printed, other: Printed): boolean {
  return withoutTimes(one.stdout) === withoutTimes(other.stdout);
}

/** The epochs of leases whose registry was damaged begin at a time, too. */
function withoutTimes(text: string): string {
  return text.replaceAll(
    /\d{4}-\d\d-\d\dT[\d:.]+Z|\d{8}T\d{9}Z|(?<=broken-|pruned-)\d+|\(epoch \d+\)/g,
    "",
  );
}
