import { phaseLabel, phaseWord } from "../screen/phase-word.ts";
import type { Facts, Sentence } from "./sentence.ts";

const LINE = "`- [ ] **Phase 1: Login**`";

/** What the `PLANNING_` errors about phases say. */
export const PHASE_SENTENCES: Readonly<Record<string, Sentence>> = {
  PLANNING_PHASE_INVALID: (facts) => ({
    message: sentenceOf(facts),
    hint: "Give its id as the roadmap has it, such as 3 or 2.1.",
  }),
  PLANNING_REASON_INVALID: (facts) => ({
    message: sentenceOf(facts),
    hint: "Give the reason in a line or two, and the rest where it can be read in full.",
  }),
  PLANNING_REASON_MISSING: (facts) => ({
    message: sentenceOf(facts),
    hint: "Give the reason with --reason <text>: it is recorded.",
  }),
  PLANNING_ROADMAP_MISSING: (facts) => ({
    message: sentenceOf(facts),
    hint: `Write the roadmap with a line for each phase, such as ${LINE}.`,
  }),
  PLANNING_PHASE_NOT_FOUND: (facts) => ({
    message: sentenceOf(facts),
    hint: `Name it once in the roadmap, in the form of ${LINE}, outside of <details>.`,
  }),
  PLANNING_PHASE_AMBIGUOUS: (facts) => ({
    message: sentenceOf(facts),
    hint: "Keep one for this phase, and give the others ids of their own.",
  }),
  PLANNING_GATE_REFUSED: (facts) => ({
    message: sentenceOf(facts),
    hint: `Add what is missing, or override the gate, on record, with \`cabinet phase-status ${phaseWord(facts.phase)} done --force --reason <text>\`.`,
  }),
  PLANNING_NO_PHASE_DONE: () => ({
    message: "No phase of .planning/ROADMAP.md is done, and none was named.",
    hint: "Name the phase with --phase <id>.",
  }),
};

function sentenceOf({ phase, reason }: Facts): string {
  return `Phase ${phaseLabel(phase)} ${reason}.`;
}
