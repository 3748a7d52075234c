import { expect, test } from "vitest";

import { nextPhase } from "./next-phase.ts";
import type { Phase } from "./roadmap.ts";

/** The phases 1, 2 and so on, with these statuses. */
const phasesOf = (...statuses: Phase["status"][]): Phase[] =>
  statuses.map((status, index) => ({ id: `${index + 1}`, title: "", status, line: index + 3 }));

test.each<[string, Phase["status"][], string | undefined]>([
  ["the one right below", ["done", "done", "not_started"], "3"],
  ["the first below that is not done", ["not_started", "done", "done", "in_progress"], "4"],
  ["the first one above, where all below are done", ["in_progress", "done", "done"], "1"],
  ["none, where all are done", ["done", "done", "done"], undefined],
  ["never that phase itself", ["done", "in_progress", "done"], undefined],
])("behind the second phase comes %s", (_title, statuses, id) => {
  const phases = phasesOf(...statuses);
  const [, second] = phases;
  expect(second && nextPhase(phases, second)?.id).toBe(id);
});
