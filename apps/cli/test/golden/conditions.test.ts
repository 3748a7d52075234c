import { expect, test } from "vitest";

import { cabinet } from "../run-cabinet-here.ts";
import { ALL_CALLED } from "./all-cases.ts";
import { CONDITIONS } from "./conditions.ts";
import { faultsIn } from "./faults-in.ts";
import { stageOf } from "./place.ts";
import { preparedPlace } from "./prepared-place.ts";
import { faultsOfJson, faultsOfText } from "./rules.ts";
import { HOSTILE, KIND } from "./texts.ts";

test.each(Object.entries(CONDITIONS))(
  "every command keeps to what holds for all of them %s",
  async (_, condition) => expect(await faultsIn(condition)).toEqual([]),
);

test("every command keeps to what holds for all of them when its own words are hostile", async () => {
  const { place, reset } = stageOf(await preparedPlace(KIND));
  const faults: string[] = [];
  for (const { args, words } of ALL_CALLED) {
    const line = [...words.split(" "), ...args.map(hostileWord)];
    const plain = await cabinet(place.dir, line, place.env);
    reset();
    const json = await cabinet(place.dir, ["--json", ...line], place.env);
    reset();
    const found = [...faultsOfJson(line, json), ...faultsOfText(line, plain)];
    faults.push(...found.map((fault) => `cabinet ${line.join(" ")}: ${fault}`));
  }
  expect(faults).toEqual([]);
});

// A command line has no NUL.
const WORD = HOSTILE.line.replaceAll("\0", "");

function hostileWord(word: string, index: number, all: readonly string[]): string {
  // What is behind `--` is run; what begins with a dash is an option.
  const isKept = word.startsWith("-") || all.slice(0, index).includes("--");
  return isKept ? word : WORD;
}
