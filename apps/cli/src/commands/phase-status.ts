import {
  checkGate,
  type Gate,
  isPhaseStatusWord,
  PHASE_STATUS_WORDS,
  type PhaseStatusWord,
  type PhaseTransition,
  requirePhase,
  setPhaseStatus,
} from "@x/planning/phases";
import { printable } from "@x/registry-core/text";

import { textOption, usageError } from "../arguments.ts";
import type { Command, Invocation } from "../command.ts";
import { noStatus } from "../errors/no-status.ts";
import { phaseLabel } from "../screen/phase-word.ts";
import { planningRoot } from "../specs/planning-root.ts";

export const phaseStatus: Command = {
  synopsis: "<phase> [<status>]",
  example: "cabinet phase-status 3 done",
  arguments: 1,
  optionalArguments: 1,
  completes: ["phase", PHASE_STATUS_WORDS],
  options: {
    force: { type: "boolean", summary: "Set it to done without its evidence, on record" },
    reason: { type: "string", value: "<text>", summary: "Why, with --force" },
  },
  run: async (invocation) => {
    const [phase = "", word] = invocation.positionals;
    const status = word === undefined ? undefined : requireStatus(word);
    const request = overrideOf(invocation, status);
    const root = await planningRoot(invocation);
    const now = invocation.now();
    const shown =
      status === undefined
        ? look(root.path, phase, now)
        : setPhaseStatus(root.path, phase, status, { ...request, now });
    const { gate = null, recorded = null, ...facts } = shown;
    return {
      data: { root, ...facts, gate, recorded },
      text: () => {
        const lines = [status === undefined ? shownLine(shown) : changeLine(shown)];
        return [...lines, ...gateLines(shown)].map(printable).join("\n");
      },
    };
  },
};

/** What --force and --reason ask for, where they make sense. */
function overrideOf(
  { options }: Invocation,
  status: PhaseStatusWord | undefined,
): { readonly force: boolean; readonly reason: string | undefined } {
  const force = options["force"] === true;
  const reason = textOption(options, "reason");
  if (reason !== undefined && !force) throw usageError("--reason is for --force only.");
  if (force && status !== "done") throw usageError("--force is for the status done only.");
  return { force, reason };
}

function requireStatus(word: string): PhaseStatusWord {
  if (isPhaseStatusWord(word)) return word;
  throw noStatus(word, "a phase", PHASE_STATUS_WORDS);
}

/** Where the phase stands, in the form of a transition that changes nothing. */
function look(root: string, id: string, now: Date): PhaseTransition {
  const { id: phase, title, status } = requirePhase(root, id);
  const gate = checkGate(root, phase, { now });
  return { phase, title, previous: status, status, isChanged: false, gate, recorded: undefined };
}

function shownLine({ phase, title, status }: PhaseTransition): string {
  return `Phase ${phaseLabel(phase)}${title === "" ? "" : ` (${title})`} is ${status}.`;
}

function changeLine({ phase, previous, status, isChanged }: PhaseTransition): string {
  const label = `Phase ${phaseLabel(phase)}`;
  if (previous !== status) return `${label} is now ${status}; it was ${previous}.`;
  if (isChanged) return `${label} is ${status}; its **Status** line says so now.`;
  return `${label} is ${status} already.`;
}

function gateLines({ gate, recorded }: PhaseTransition): string[] {
  if (gate === undefined) return [];
  const missing = gate.missing.map((line) => `Missing: ${line}.`);
  const record =
    recorded === undefined
      ? []
      : [`Recorded as ${recorded} in .internal-research/lessons-learned.md.`];
  return [...stateLine(gate), ...missing, ...record];
}

function stateLine({ state, reason = "" }: Gate): string[] {
  switch (state) {
    case "passed":
      return ["Its gate is passed."];
    case "skipped":
      return [`Its gate is skipped: ${reason}.`];
    case "refused":
      return [];
  }
}
