import { createHash } from "node:crypto";

import * as z from "zod/mini";

import { collection, keyOf, type Schema } from "@x/registry-core";

export const AGENTS = 50;

/** What an agent did, once. As JSON about 250 bytes. */
export const ActivitySchema = z.object({
  agent: z.string(),
  at: z.string(),
  sequence: z.number(),
  kind: z.string(),
  hash: z.string(),
  path: z.string(),
  text: z.string(),
  added: z.number(),
  removed: z.number(),
  seconds: z.number(),
});

export type Activity = z.infer<typeof ActivitySchema>;

/** Where an activity is. */
export type Position = Pick<Activity, "agent" | "at" | "sequence">;

/** A schema that gives what it gets: what is left without it is the cost of the other one. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
export const UncheckedSchema: Schema<Activity> = { parse: (raw) => raw as Activity };

export const activitiesOf = (schema: Schema<Activity>) => collection("activities", schema);

export const keyOfActivity = ({ agent, at, sequence }: Position): string =>
  keyOf(agent, at, sequence);

const KINDS = ["edit", "read", "test", "commit"];
const TEXTS = [
  "waits for the lock before it reads, so that two sessions never lose a change",
  "moved the check of the header to where the file is opened, with a test for a cut file",
  "the roadmap names the phase, the report says what is left",
];
const FIRST_TIME = Date.UTC(2025, 0, 1);
// Has no divisor in common with the number of agents: any 50 in a row are of 50 agents.
const STRIDE = 7919;

/** Always the same one for a number. Numbers are in the order of time. */
export function activityOf(sequence: number): Activity {
  return {
    ...positionOf(sequence),
    kind: KINDS[sequence % KINDS.length] ?? "",
    hash: createHash("sha1").update(String(sequence)).digest("hex"),
    path: `packages/planning/src/phases/part-${sequence % 977}.ts`,
    text: TEXTS[sequence % TEXTS.length] ?? "",
    added: sequence % 311,
    removed: sequence % 97,
    seconds: (sequence % 4001) / 8,
  };
}

export function positionOf(sequence: number): Position {
  return {
    agent: agentOf((sequence * STRIDE) % AGENTS),
    at: new Date(FIRST_TIME + sequence * 1000).toISOString(),
    sequence,
  };
}

export function agentOf(index: number): string {
  return `agent-${String(index).padStart(2, "0")}`;
}

/** Those with the numbers from `first` on. */
export function activitiesFrom(first: number, count: number): Activity[] {
  return Array.from({ length: count }, (_, index) => activityOf(first + index));
}

/** The last ones of an agent, the newest first, when there are so many activities altogether. */
export function lastActivitiesOf(agent: string, limit: number, count: number): Activity[] {
  const found: Activity[] = [];
  for (let sequence = count - 1; sequence >= 0 && found.length < limit; sequence -= 1) {
    if (positionOf(sequence).agent === agent) found.push(activityOf(sequence));
  }
  return found;
}
