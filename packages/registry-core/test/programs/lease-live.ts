// Makes calls on a few phases, chosen at random, in one round after the other, each of a root of its
// own. Before each call it writes down what it is about to do, and after it, what came of it.
import { existsSync, openSync, writeSync } from "node:fs";

import { type Holder, holderOf } from "@x/registry-core/leases";

import { untilAllAreReady } from "../../../../test/start-together.ts";
import { type Discipline, leaseCalls, type LeaseCalls } from "../support/lease-doubles.ts";
import { type Answer, type HolderKind, type Intent, seen } from "../support/lease-history.ts";

export interface Round {
  readonly root: string;
  /** Where it is written down. */
  readonly log: string;
  readonly discipline: Discipline;
  readonly calls: number;
}

export interface LeaseLife {
  /** Of the process: no other has it. */
  readonly name: string;
  readonly phases: readonly [string, ...string[]];
  readonly rounds: readonly Round[];
  /** When there is such a file, its time is over. */
  readonly stopFile: string;
}

const { name, phases, rounds, stopFile }: LeaseLife = JSON.parse(process.argv[2] ?? "{}");

const own = holderOf();
const HOLDERS: Readonly<Record<HolderKind, Holder | undefined>> = {
  own,
  // A process that began with the machine has no such id.
  dead: own && { ...own, start_time: "1" },
  none: undefined,
};

function oneOf<T>(items: readonly [T, ...T[]]): T {
  return items[Math.floor(Math.random() * items.length)] ?? items[0];
}

const CALLS = [
  ...(["grant", "grant", "grant", "grant", "close", "close", "crash"] as const),
  ...(["heartbeat", "reclaim", "reclaim", "clear", "get", "get"] as const),
] as const;

class Living {
  readonly #calls: LeaseCalls;
  readonly #log: number;
  /** The epochs that it was granted, and saw, of each phase. */
  readonly #epochs = new Map<string, number[]>();

  constructor({ root, discipline, log }: Round) {
    this.#calls = leaseCalls(root, discipline);
    this.#log = openSync(log, "a");
  }

  makeCall(): void {
    const intent = this.#intend();
    this.#note(intent);
    const answer = this.#answerTo(intent);
    this.#note({ answer });
    if (answer.lease === null) return;
    const known = this.#epochs.get(intent.phase) ?? [];
    this.#epochs.set(intent.phase, [...known.slice(-3), answer.lease.epoch]);
  }

  #intend(): Omit<Intent, "from"> {
    const call = oneOf(CALLS);
    const phase = oneOf(phases);
    if (call === "get") return { call, phase };
    if (call === "grant")
      return { call, phase, agent: `${name} ${oneOf(["own", "dead", "none"])}` };
    const known = this.#epochs.get(phase) ?? [];
    const epoch =
      Math.random() < 0.3 ? known[Math.floor(Math.random() * known.length)] : known.at(-1);
    return { call, phase, ...(epoch !== undefined && Math.random() < 0.8 && { epoch }) };
  }

  #answerTo({ call, phase, agent = "", epoch }: Omit<Intent, "from">): Answer {
    const kind = agent.split(" ")[1];
    const holder = kind === "own" || kind === "dead" ? HOLDERS[kind] : undefined;
    try {
      if (call === "get") return { lease: seen(this.#calls.get(phase)) };
      if (call === "grant") return { lease: seen(this.#calls.grant(phase, agent, holder)) };
      return { lease: seen(this.#calls[call](phase, { epoch })) };
    } catch (error) {
      const { code, lease } = Object(error);
      if (typeof code !== "string" || !code.startsWith("LEASE_")) throw error;
      return { code, lease: seen(lease) };
    }
  }

  #note(entry: object): void {
    const line = { at: String(process.hrtime.bigint()), ...entry };
    writeSync(this.#log, `${JSON.stringify(line)}\n`);
  }
}

await untilAllAreReady();
for (const round of rounds) {
  const living = new Living(round);
  for (let call = 0; call < (round.calls ?? Infinity) && !existsSync(stopFile); call += 1)
    living.makeCall();
}
