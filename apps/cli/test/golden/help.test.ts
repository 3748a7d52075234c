import { Readable } from "node:stream";

import { expect, test } from "vitest";

import { COMMANDS } from "../../src/command-table.ts";
import { cabinet } from "../run-cabinet-here.ts";
import { readEnvelope } from "./envelope.ts";
import { type Place, stageOf } from "./place.ts";
import { preparedPlace } from "./prepared-place.ts";
import { faultsOfText } from "./rules.ts";
import { KIND } from "./texts.ts";

test("the help of every command has a usage line, and examples that are understood", async () => {
  const { place, reset } = stageOf(await preparedPlace(KIND));
  for (const { words } of COMMANDS) {
    const called = ["cabinet", ...words].join(" ");
    const printed = await cabinet(place.dir, [...words, "--help"], place.env);
    expect.soft(printed, called).toMatchObject({ code: 0, stderr: "" });
    expect.soft(faultsOfText(words, printed), called).toEqual([]);
    expect.soft(printed.stdout, called).toContain(`\nUsage: ${called} `);
    const examples = examplesIn(printed.stdout);
    expect.soft(examples.length, called).toBeGreaterThan(0);
    for (const example of examples) {
      const { line, rest } = wordsOf(example);
      expect.soft([line.slice(0, words.length + 1).join(" "), rest], example).toEqual([called, ""]);
      expect.soft(await understandingOf(line.slice(1), place), example).not.toContain("USAGE");
      reset();
    }
  }
});

function examplesIn(help: string): string[] {
  const [, examples = ""] = help.split("\nExample: ");
  return examples
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** The words of the command in a line for a shell, and what is left of the line that is none. */
function wordsOf(example: string): { readonly line: string[]; readonly rest: string } {
  const own = example
    .replace(/ +# .*$/, "")
    .replace(/^source <\((.*)\)$/, "$1")
    .replace(/^.* \| (?=cabinet )/, "")
    .replace(/ (?:>|\|) .*$/, "");
  const line = Array.from(own.matchAll(WORD), ([word]) => word.replaceAll("'", ""));
  return { line, rest: own.replaceAll(WORD, "").trim() };
}

// Without a quote, or in quotes as a whole or behind `=`.
const WORD = /(?:[^\s'"$`();&|<>\\]|'[^']*')+/g;

/** The error of the call, if there is one. Another command would be started by some: these are asked what they take. */
async function understandingOf(line: readonly string[], { dir, env }: Place): Promise<string> {
  const end = line.indexOf("--");
  const own = end === -1 ? line : [...line.slice(0, end), "--", "true"];
  const [command] = own;
  const asked = command === "complete" ? line : own;
  const host = { input: () => Readable.from([]) };
  const { stdout } = await cabinet(dir, ["--json", ...asked], env, host);
  return readEnvelope(stdout).error?.code ?? "";
}
