import { expect, test } from "vitest";

import { cabinet } from "../run-cabinet-here.ts";
import { ALL_CALLED, type Called, withOption } from "./all-cases.ts";
import { type Condition, CONDITIONS } from "./conditions.ts";
import { type Stage, stageOf } from "./place.ts";
import { faultsOfJson, faultsOfQuiet, faultsOfText, type Printed } from "./rules.ts";
import { filesKeptIn, treeOf } from "./tree-of.ts";

test.each(Object.entries(CONDITIONS))(
  "every command keeps to what holds for all of them %s",
  async (_, condition) => {
    const stage = stageOf(await condition.open());
    const faults: string[] = [];
    for (const called of ALL_CALLED) {
      const found = await faultsOf(called, stage);
      if (called.onlyLooks) found.push(...(await faultsOfLooking(called, stage, condition)));
      faults.push(...found.map((fault) => `cabinet ${called.line.join(" ")}: ${fault}`));
    }
    expect(faults).toEqual([]);
  },
);

/** Of one call in all forms, each where nobody was before. */
async function faultsOf({ line }: Called, { place, reset }: Stage): Promise<string[]> {
  const run = async (...options: string[]): Promise<Printed> => {
    reset();
    return cabinet(place.dir, withOption(line, ...options), place.env);
  };
  const json = await run("--json");
  const plain = await run();
  const quiet = await run("--quiet");
  const verbose = await run("--verbose");
  const codes = [plain, quiet, verbose].map(({ code }) => code);
  return [
    ...faultsOfJson(line, json),
    ...[plain, quiet, verbose].flatMap((printed) => faultsOfText(line, printed)),
    ...faultsOfQuiet(quiet),
    ...(codes.every((code) => code === json.code) ? [] : [`exit codes ${json.code}, ${codes}`]),
    ...(plain.stdout === quiet.stdout ? [] : ["another result with --quiet"]),
    ...(plain.stdout === verbose.stdout ? [] : ["another result with --verbose"]),
  ];
}

/** Twice the same, and nothing has changed; but that what is damaged may be set aside, once. */
async function faultsOfLooking(
  { line }: Called,
  { place, reset }: Stage,
  { setsAside = false }: Condition,
): Promise<string[]> {
  reset();
  const look = async (): Promise<Printed> =>
    cabinet(place.dir, withOption(line, "--json"), place.env);
  const before = treeOf(place.folder);
  const kept = filesKeptIn(place.folder);
  let first = await look();
  const isChanged = treeOf(place.folder) !== before;
  if (isChanged && !setsAside) return ["it changes something"];
  if (isChanged && kept.some((digest) => !filesKeptIn(place.folder).includes(digest))) {
    return ["it has lost something"];
  }
  if (isChanged) first = await look();
  const between = treeOf(place.folder);
  const second = await look();
  return [
    ...(treeOf(place.folder) === between ? [] : ["it changes something again"]),
    ...(second.stdout === first.stdout ? [] : [`another answer: ${second.stdout}`]),
  ];
}
