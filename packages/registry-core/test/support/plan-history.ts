import fs from "node:fs";

import type { SessionPlan } from "../../src/session-plans/index.ts";

/** What a process was about to do with the plan of a session, and when, by the clock of the machine. */
export interface Intent {
  readonly call: "register" | "setStatus" | "lookup";
  readonly session: string;
  /** What is to be found afterwards. Of a session, each is another one. */
  readonly state?: Pick<SessionPlan, "plan" | "status">;
  readonly from: bigint;
}

/** An intent, and what came of it; without `to`, nobody knows whether it was done. */
export interface Operation extends Intent {
  readonly to?: bigint;
  readonly value?: SessionPlan | null;
}

/** A line of a log: what was about to be done, or what came of that. */
type Line =
  | (Omit<Intent, "from"> & { readonly at: string })
  | { readonly at: string; readonly value: SessionPlan | null };

/** What a process has written down. The last line may be half of one. */
export function operationsIn(log: string): Operation[] {
  const complete = fs.readFileSync(log, "utf8").split("\n").slice(0, -1);
  const lines = complete.map((text): Line => JSON.parse(text));
  return lines.flatMap((line, index): Operation[] => {
    if (!("call" in line)) return [];
    const { at, ...intent } = line;
    const answer = lines[index + 1];
    const isKnown = answer !== undefined && "value" in answer;
    const end = isKnown ? { to: BigInt(answer.at), value: answer.value } : {};
    return [{ ...intent, from: BigInt(at), ...end }];
  });
}

/** Its first word is its kind. */
export type Fault = `${"lost" | "mixed" | "early" | "back" | "wrong"}: ${string}`;

/**
 * What in these operations is not as if they had been made one by one, each at an instant between
 * its beginning and its end. Of each session only one process makes registrations and sets statuses,
 * one after the other, so that its states have an order: a lookup must give one that is not older
 * than what was acknowledged before the lookup, or was seen by then, nor newer than what was intended.
 */
export function faultsOfHistory(operations: readonly Operation[]): Fault[] {
  const sessions = new Map<string, Operation[]>();
  for (const operation of operations) {
    const others = sessions.get(operation.session);
    if (others === undefined) sessions.set(operation.session, [operation]);
    else others.push(operation);
  }
  return [...sessions.values()].flatMap(faultsOfSession);
}

/** An operation that was acknowledged. */
type Done = Operation & { readonly to: bigint };

function faultsOfSession(operations: readonly Operation[]): Fault[] {
  const writes = operations.filter(({ call }) => call !== "lookup");
  const lookups = operations.filter((one): one is Done => one.call === "lookup" && isDone(one));
  const states = new Map(writes.map(({ state }, index) => [nameOf(state), index]));
  const seen = lookups.map((lookup) => ({
    ...lookup,
    index: lookup.value ? (states.get(nameOf(lookup.value)) ?? Number.NaN) : -1,
  }));
  const sound = seen.filter(({ index }) => !Number.isNaN(index));
  return [
    ...seen.filter(({ index }) => Number.isNaN(index)).map(strange),
    ...writes.filter(isDone).flatMap(faultsOfAnswer),
    ...faultsOfTimes([...writes, ...lookups]),
    ...sound.flatMap((lookup) => faultsOfOrder(lookup, writes)),
    ...faultsOfSequence(sound),
  ];
}

interface Seen extends Done {
  /** Of the write that made what was found. */
  readonly index: number;
}

function isDone(operation: Operation): operation is Done {
  return operation.to !== undefined;
}

function nameOf(state: Operation["state"]): string {
  return `${state?.plan} ${state?.status}`;
}

function describe({ session, from, value }: Operation): string {
  return `${session} at ${from} was ${JSON.stringify(value)}`;
}

function strange(lookup: Done): Fault {
  const isOwn = lookup.value?.plan.startsWith(lookup.session) === true;
  return `${isOwn ? "wrong" : "mixed"}: ${describe(lookup)}, which nobody has written there`;
}

/** What a change gave is what it was to make. */
function faultsOfAnswer(write: Done): Fault[] {
  if (write.value && nameOf(write.value) === nameOf(write.state)) return [];
  return [`${write.value ? "mixed" : "lost"}: ${describe(write)}, not ${nameOf(write.state)}`];
}

/** The time of a plan never changes. */
function faultsOfTimes(operations: readonly Operation[]): Fault[] {
  const times = new Map<string, string>();
  return operations.flatMap((operation): Fault[] => {
    const { plan, createdAt } = operation.value ?? {};
    if (plan === undefined || createdAt === undefined) return [];
    const first = times.get(plan) ?? createdAt;
    times.set(plan, first);
    return first === createdAt ? [] : [`wrong: ${describe(operation)}, created at ${first}`];
  });
}

function faultsOfOrder(lookup: Seen, writes: readonly Operation[]): Fault[] {
  const oldest = writes.findLastIndex((write) => isDone(write) && write.to < lookup.from);
  const newest = writes.findLastIndex((write) => write.from < lookup.to);
  const text = describe(lookup);
  if (lookup.index < oldest) return [`lost: ${text}, after ${nameOf(writes[oldest]?.state)}`];
  return lookup.index > newest ? [`early: ${text}`] : [];
}

/** What one has seen, nobody who looks later finds undone. */
function faultsOfSequence(lookups: readonly Seen[]): Fault[] {
  const byEnd = lookups.toSorted((one, other) => Number(one.to - other.to));
  const byStart = lookups.toSorted((one, other) => Number(one.from - other.from));
  let ended = 0;
  let newest: Seen | undefined;
  return byStart.flatMap((lookup): Fault[] => {
    for (let end = byEnd[ended]; end !== undefined && end.to < lookup.from; end = byEnd[ended]) {
      if (newest === undefined || end.index > newest.index) newest = end;
      ended += 1;
    }
    if (newest === undefined || lookup.index >= newest.index) return [];
    return [`back: ${describe(lookup)}, after ${describe(newest)}`];
  });
}
