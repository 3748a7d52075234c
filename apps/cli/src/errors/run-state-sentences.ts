import { MOMENTARY_EXECUTOR } from "../runs/run-state-patience.ts";
import type { Sentence } from "./sentence.ts";

const SHOW = "`cabinet run-state` shows where the run stands.";

// What has the run for a moment, as the reason names it.
const HELD_BY_COMMAND = `the run is held by ${JSON.stringify(MOMENTARY_EXECUTOR)}`;

/** What the errors about runs say. */
export const RUN_STATE_SENTENCES: Readonly<Record<string, Sentence>> = {
  PLANNING_RUN_HELD: ({ path, reason }) =>
    reason.startsWith(HELD_BY_COMMAND)
      ? {
          message: `Another command is at work in ${path}: ${reason}.`,
          hint: "Run this one again when that has ended: one command changes a run at a time.",
        }
      : {
          message: `Another executor is at work in ${path}: ${reason}.`,
          hint: "Wait until it has ended, or run the command inside it: one executor works on a run at a time.",
        },
  PLANNING_RUN_LOST: ({ path, reason }) => ({
    message: `The run in ${path} was not changed: ${reason}.`,
    hint: `Stop this work, it belongs to an executor that is over; ${SHOW}`,
  }),
  PLANNING_RUN_DAMAGED: ({ path, reason }) => ({
    message: `${path} is damaged: ${reason}. It was left as it is.`,
    hint: path.endsWith(".json")
      ? "`cabinet run-state reinitialize` sets it aside, keeps it, and builds the run anew from its summaries."
      : "Mend it in an editor.",
  }),
  PLANNING_RUN_NEWER: ({ path, reason }) => ({
    message: `${path} is of a newer Cabinet: ${reason}. It was left as it is.`,
    hint: "Use a newer Cabinet here.",
  }),
  PLANNING_RUN_SOUND: ({ path, reason }) => ({
    message: `The run in ${path} was left as it is: ${reason}.`,
    hint: "With --force the agent history is built anew all the same, and the old one is kept aside.",
  }),
  PLANNING_RUN_FULL: ({ path, reason }) => ({
    message: `${path} is full: ${reason}. Nothing was changed.`,
    hint: "Move what is old in it to another file.",
  }),
  PLANNING_RUN_FOLDER_MISSING: ({ path, reason }) => ({
    message: `There is no run in ${path}: ${reason}.`,
    hint: "Look at the path again; `cabinet run-state open` makes the last folder of it only.",
  }),
  PLANNING_RUN_INVALID: ({ reason }) => ({
    message: `This cannot be recorded: ${reason}.`,
    hint: "Look at what was given; the command with --help shows what it takes.",
  }),
  PLANNING_AGENT_RUNNING: ({ reason }) => ({
    message: `Nothing was recorded: ${reason}.`,
    hint: "Record how that agent has ended first: completed, interrupted, failed or timeout.",
  }),
  PLANNING_AGENT_UNKNOWN: ({ reason }) => ({
    message: `Nothing was recorded: ${reason}.`,
    hint: SHOW,
  }),
  PLANNING_SUMMARY_EXISTS: ({ reason }) => ({
    message: `No summary was written: ${reason}.`,
    hint: "With --replace the new one takes its place.",
  }),
  PLANNING_CLARIFICATION_UNKNOWN: ({ path, reason }) => ({
    message: `No answer was recorded: ${reason}.`,
    hint: `The questions stand in ${path}.`,
  }),
};
