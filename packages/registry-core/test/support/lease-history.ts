import fs from "node:fs";

import type { Fence, Lease, LeaseState } from "../../src/leases/index.ts";

/** What a process was about to do with a phase, and when, by the clock of the machine. */
export interface Intent extends Fence {
  readonly call: "grant" | "close" | "crash" | "heartbeat" | "reclaim" | "clear" | "get";
  readonly phase: string;
  /** Of a grant: the process that asks, and what kind of holder it names, as in `p3 own`. */
  readonly agent?: string;
  readonly from: bigint;
}

/** `own`: the process itself. `dead`: one that is gone. `none`: none. */
export type HolderKind = "own" | "dead" | "none";

/** As much of a lease as tells it from all others. */
export interface Seen {
  readonly epoch: number;
  readonly state: LeaseState;
  readonly agent: string;
}

/** What came of a call: the lease it gave, or the code of its error and the lease that this told of. */
export interface Answer {
  readonly code?: string | undefined;
  readonly lease: Seen | null;
}

/** An intent, and what came of it until then; without an answer, nobody knows whether it was done. */
export interface Operation extends Intent {
  readonly to: bigint;
  readonly answer?: Answer;
}

/** A line of a log: what was about to be done, or what came of that. */
type Line = { readonly at: string } & (Omit<Intent, "from"> | { readonly answer: Answer });

export function seen(lease: Lease | undefined): Seen | null {
  if (lease === undefined) return null;
  return { epoch: lease.epoch ?? 0, state: lease.lease_state, agent: lease.agent_id ?? "" };
}

/** When a process was last known to live, and since when it is known to be gone. */
export interface Death {
  readonly alive: bigint;
  readonly dead: bigint;
}

/** What a process has written down, whose last line may be half of one, and until when it lived at least. */
export function readLog(log: string, dead: bigint): { made: Operation[]; alive: bigint } {
  const complete = fs.readFileSync(log, "utf8").split("\n").slice(0, -1);
  const lines = complete.map((text): Line => JSON.parse(text));
  const made = lines.flatMap((line, index): Operation[] => {
    if ("answer" in line) return [];
    const { at, ...intent } = line;
    const next = lines[index + 1];
    const isKnown = next !== undefined && "answer" in next;
    // Who is gone does nothing any more.
    const end = isKnown ? { to: BigInt(next.at), answer: next.answer } : { to: dead };
    return [{ ...intent, from: BigInt(at), ...end }];
  });
  return { made, alive: BigInt(lines.at(-1)?.at ?? 0) };
}

/** What is known of a phase between two calls: the last epoch, and the last lease. */
interface State {
  readonly epoch: number;
  readonly lease: Seen | null;
}

interface Outcome extends Answer {
  readonly next: State;
}

type Deaths = ReadonlyMap<string, Death>;

/** All that a call may come to, by the rules. */
function outcomesOf(state: State, operation: Operation, deaths: Deaths): Outcome[] {
  const { lease } = state;
  const { call, epoch, agent = "" } = operation;
  const refused = (code: string): Outcome[] => [{ code, lease, next: state }];
  const done = (next: Seen): Outcome[] => [{ lease: next, next: { ...state, lease: next } }];
  if (call === "get") return [{ lease, next: state }];
  if (call === "grant") {
    if (lease?.state === "open") return refused("LEASE_HELD");
    const granted = { epoch: state.epoch + 1, state: "open", agent } as const;
    return [{ lease: granted, next: { epoch: granted.epoch, lease: granted } }];
  }
  const isOver = epoch !== undefined && epoch !== lease?.epoch;
  if (isOver && (lease !== null || epoch < state.epoch)) return refused("LEASE_FENCED");
  if (lease === null) return refused("LEASE_NOT_FOUND");
  if (call === "clear") return [{ lease, next: { ...state, lease: null } }];
  if (lease.state !== "open") return refused("LEASE_NOT_OPEN");
  if (call === "heartbeat") return done(lease);
  if (call === "close") return done({ ...lease, state: "closed" });
  const crashed = done({ ...lease, state: "crashed" });
  if (call === "crash") return crashed;
  return [
    ...(mayBeDead(lease, operation, deaths) ? crashed : []),
    ...(mayBeAlive(lease, operation, deaths) ? refused("LEASE_HELD") : []),
  ];
}

function mayBeDead({ agent }: Seen, { to }: Operation, deaths: Deaths): boolean {
  const [name = "", kind] = agent.split(" ");
  return kind === "dead" || (kind === "own" && (deaths.get(name)?.alive ?? to) < to);
}

function mayBeAlive({ agent }: Seen, { from }: Operation, deaths: Deaths): boolean {
  const [name = "", kind] = agent.split(" ");
  return kind === "none" || (kind === "own" && (deaths.get(name)?.dead ?? from) >= from);
}

/** What the phase may be like at a moment, with those calls made that have not ended yet. */
interface Possibility {
  readonly state: State;
  readonly made: ReadonlySet<Operation>;
}

const NOTHING: State = { epoch: 0, lease: null };

/**
 * What in these operations of one phase is not as if they had been made one by one, each at an instant
 * between its beginning and its end; those without an answer may also not have been made at all.
 * Undefined when there is such an order. All orders are looked at, but of what has ended nothing is kept
 * but the states that it can have left.
 */
export function faultOfPhase(
  operations: readonly Operation[],
  deaths: Deaths = new Map(),
): string | undefined {
  const running = new Set<Operation>();
  let possible: readonly Possibility[] = [{ state: NOTHING, made: new Set() }];
  for (const { operation, isEnd } of eventsOf(operations)) {
    if (!isEnd) {
      running.add(operation);
      continue;
    }
    const left = afterEnd(possible, operation, running, deaths);
    if (left.length === 0) return `${describe(operation)}, where was ${describeAll(possible)}`;
    possible = left;
    running.delete(operation);
  }
  return undefined;
}

function eventsOf(
  operations: readonly Operation[],
): { operation: Operation; isEnd: boolean; at: bigint }[] {
  return operations
    .flatMap((operation) => [
      { operation, isEnd: false, at: operation.from },
      { operation, isEnd: true, at: operation.to },
    ])
    .toSorted((one, other) => Number(one.at - other.at) || Number(one.isEnd) - Number(other.isEnd));
}

/** The possibilities in which it was made, and, when nobody knows, those in which it was not. */
function afterEnd(
  possible: readonly Possibility[],
  ended: Operation,
  running: ReadonlySet<Operation>,
  deaths: Deaths,
): Possibility[] {
  const numbers = new Map([...running].map((operation, index) => [operation, index]));
  const nameOf = ({ state, made }: Possibility): string =>
    JSON.stringify([
      state,
      [...made].map((one) => numbers.get(one) ?? -1).toSorted((a, b) => a - b),
    ]);
  const found = new Map(possible.map((one) => [nameOf(one), one]));
  const left = new Map<string, Possibility>();
  // A map is walked to its end while it grows.
  for (const one of found.values()) {
    const { state, made } = one;
    if (made.has(ended)) {
      const rest = { state, made: new Set([...made].filter((other) => other !== ended)) };
      left.set(nameOf(rest), rest);
      continue;
    }
    if (ended.answer === undefined && possible.includes(one)) left.set(nameOf(one), one);
    for (const operation of running) {
      if (made.has(operation)) continue;
      for (const outcome of outcomesOf(state, operation, deaths)) {
        if (!fits(outcome, operation.answer)) continue;
        const next = { state: outcome.next, made: new Set([...made, operation]) };
        if (!found.has(nameOf(next))) found.set(nameOf(next), next);
      }
    }
  }
  return [...left.values()];
}

/** Of what was not answered, only that it was done makes a difference. */
function fits(outcome: Outcome, answer: Answer | undefined): boolean {
  if (answer === undefined) return outcome.code === undefined;
  return outcome.code === answer.code && isSame(outcome.lease, answer.lease);
}

function isSame(one: Seen | null, other: Seen | null): boolean {
  if (one === null || other === null) return one === other;
  return one.epoch === other.epoch && one.state === other.state && one.agent === other.agent;
}

function describe({ call, phase, epoch, agent, from, to, answer }: Operation): string {
  const asked = [call, phase, epoch, agent].filter((part) => part !== undefined).join(" ");
  return `${asked} from ${from} to ${to} gave ${JSON.stringify(answer)}`;
}

function describeAll(possible: readonly Possibility[]): string {
  return possible
    .slice(0, 3)
    .map(({ state }) => JSON.stringify(state))
    .join(" or ");
}
