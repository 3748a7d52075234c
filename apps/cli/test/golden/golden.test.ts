import { expect, test } from "vitest";

import { COMMANDS } from "../../src/command-table.ts";
import { cabinet } from "../run-cabinet-here.ts";
import { ALL_CALLED, type Called, calledCases, GROUPS, withOption } from "./all-cases.ts";
import { readEnvelope } from "./envelope.ts";
import { normalised } from "./normalised.ts";
import { type Place, stageOf } from "./place.ts";
import { preparedPlace } from "./prepared-place.ts";
import { KIND } from "./texts.ts";

test("every command has a case, and every case is one of a command", () => {
  const commands = COMMANDS.map(({ words }) => words.join(" ")).toSorted();
  const named = Object.values(GROUPS).flatMap((cases) =>
    Object.entries(cases).flatMap(([words, { length }]) => (length > 0 ? [words] : [])),
  );
  expect(named.toSorted()).toEqual(commands);
  expect(new Set(ALL_CALLED.map(({ line }) => line.join(" "))).size).toBe(ALL_CALLED.length);
});

test.each(Object.entries(GROUPS))(
  "the commands %s answer what they always did",
  async (_, cases) => {
    const since = new Date();
    const { place, reset } = stageOf(await preparedPlace(KIND));
    for (const called of calledCases(cases)) {
      const answer = await answerOf(called, place, since);
      expect.soft(answer, `cabinet ${called.line.join(" ")}`).toEqual(expectedOf(called));
      reset();
    }
  },
);

interface Answer {
  readonly exitCode: number;
  readonly data?: unknown;
  readonly error?: unknown;
  readonly warnings: readonly unknown[];
}

async function answerOf(called: Called, place: Place, since: Date): Promise<Answer> {
  const line = withOption(called.line, "--json");
  const { code, stdout } = await cabinet(place.dir, line, place.env);
  const { data, error, warnings } = readEnvelope(stdout);
  return {
    exitCode: code,
    ...(error === undefined ? { data: normalised(data, place, since) } : { error: error.code }),
    warnings: warnings.map((warning) => warning.code),
  };
}

function expectedOf({ exitCode = 0, data, error, warnings = [] }: Called): Answer {
  return { exitCode, ...(error === undefined ? { data } : { error }), warnings };
}
