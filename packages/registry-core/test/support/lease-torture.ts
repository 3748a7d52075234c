import type { ChildProcess } from "node:child_process";
import fs from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { type Ending, endOf, runTypeScript } from "../../../../test/run-typescript.ts";
import { firstOutput } from "../../../../test/start-together.ts";
import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import type { LeaseLife, Round } from "../programs/lease-live.ts";
import { type Discipline, leaseCalls } from "./lease-doubles.ts";
import { type Death, faultOfPhase, type Operation, readLog, seen } from "./lease-history.ts";
import { leaseDocument, leaseRoot } from "./lease-project.ts";

const program = fileURLToPath(new URL("../programs/lease-live.ts", import.meta.url));

const PHASES = ["1", "2", "β"] as const;
// Who is stopped may hold the lock: then all the others wait.
const LONGEST_STOP_MILLISECONDS = 50;
// Who has not ended by so long after its time is stuck.
const PATIENCE_MILLISECONDS = 30_000;
const NANOSECONDS = 1_000_000;

export interface LeaseTorture {
  /** So many live at a time, and do one round after the other. */
  readonly processes: number;
  /** Each with a registry of its own. */
  readonly rounds: readonly { readonly discipline: Discipline; readonly calls: number }[];
  /** At most so many are killed, at random moments of that time. Default 0: they do their rounds to the end. */
  readonly kills?: number;
  readonly milliseconds?: number;
}

interface RoundReport {
  readonly discipline: Discipline;
  readonly operations: number;
  readonly grants: number;
  readonly reclaims: number;
  /** Operations of which nobody knows whether they were done. */
  readonly unacknowledged: number;
  readonly faults: readonly string[];
}

export interface LeaseReport {
  readonly kills: number;
  readonly stops: number;
  /** Of how the processes ended. */
  readonly faults: readonly string[];
  readonly rounds: readonly RoundReport[];
}

/**
 * Lets processes make random calls on a few phases; kills some with -9 at random moments, each followed
 * by a new one, and stops others for a while. Tells what was done, and what of it is not as it should be.
 */
export async function tortureLeases(torture: LeaseTorture): Promise<LeaseReport> {
  const run = new Run(torture);
  try {
    await run.begin();
    await run.disturb();
    await run.end();
    return run.report();
  } finally {
    run.killAll();
  }
}

interface Living {
  readonly name: string;
  readonly child: ChildProcess;
  readonly logs: readonly string[];
  readonly ending: Promise<Ending>;
  isKilled: boolean;
  /** Since when it is known to be gone. */
  gone: bigint;
}

class Run {
  readonly #torture: LeaseTorture;
  readonly #folder = temporaryFolder();
  readonly #stopFile = join(this.#folder, "stop");
  readonly #roots: readonly string[];
  readonly #lives: Living[] = [];
  readonly #faults: string[] = [];
  /** Those that have begun, and were not killed. */
  readonly #running = new Set<Living>();
  /** Those that are ready to take the place of one that is killed: to start one takes long. */
  readonly #spare: Living[] = [];
  #stops = 0;

  constructor(torture: LeaseTorture) {
    this.#torture = torture;
    this.#roots = torture.rounds.map(() => leaseRoot());
  }

  async begin(): Promise<void> {
    const { processes, kills = 0 } = this.#torture;
    const lives = Array.from({ length: processes + kills }, (_, index) => this.#start(`p${index}`));
    await Promise.all(lives.map(({ child }) => firstOutput(child)));
    for (const life of lives.slice(0, processes)) this.#letGo(life);
    this.#spare.push(...lives.slice(processes));
  }

  /** Until the time is over. */
  async disturb(): Promise<void> {
    const { kills = 0, milliseconds = 0 } = this.#torture;
    const end = performance.now() + milliseconds;
    while (performance.now() < end) {
      await delay((Math.random() * milliseconds) / (kills + 1));
      const living = [...this.#running];
      const victim = living[Math.floor(Math.random() * living.length)];
      const next = this.#spare.at(-1);
      if (victim === undefined) throw new Error("nobody lives");
      if (next === undefined || Math.random() < 0.5) await this.#stopForAWhile(victim.child);
      else this.#replace(victim, next);
    }
  }

  async end(): Promise<void> {
    for (const { child } of this.#spare) child.kill("SIGKILL");
    if (this.#torture.milliseconds !== undefined) fs.writeFileSync(this.#stopFile, "");
    const stuck = setTimeout(() => {
      this.#faults.push("stuck: some did not end");
      this.killAll();
    }, PATIENCE_MILLISECONDS);
    await Promise.all(this.#lives.map(({ ending }) => ending));
    clearTimeout(stuck);
    for (const { ending } of this.#running) {
      const { code, signal, stderr } = await ending;
      if (code !== 0 || stderr !== "") this.#faults.push(`ended with ${code ?? signal}: ${stderr}`);
    }
  }

  report(): LeaseReport {
    return {
      kills: this.#lives.filter(({ isKilled }) => isKilled).length,
      stops: this.#stops,
      faults: this.#faults,
      rounds: this.#torture.rounds.map(({ discipline }, index) => this.#report(index, discipline)),
    };
  }

  killAll(): void {
    for (const { child } of this.#lives) child.kill("SIGKILL");
  }

  #report(index: number, discipline: Discipline): RoundReport {
    const root = this.#roots[index] ?? "";
    const logs = this.#lives.map(({ name, logs: all, gone }) => {
      return { name, gone, ...readLog(all[index] ?? "", gone) };
    });
    const deaths = new Map(
      logs.map(({ name, alive, gone }): [string, Death] => [name, { alive, dead: gone }]),
    );
    const made = logs.flatMap((log) => log.made);
    const phases = PHASES.map((phase) => [
      ...made.filter((one) => one.phase === phase),
      lastLook(root, phase, discipline),
    ]);
    const isDone = ({ answer }: Operation): boolean =>
      answer !== undefined && answer.code === undefined;
    const count = (call: string): number =>
      made.filter((one) => one.call === call && isDone(one)).length;
    return {
      discipline,
      operations: made.length,
      grants: count("grant"),
      reclaims: count("reclaim"),
      unacknowledged: made.filter(({ answer }) => answer === undefined).length,
      faults: [
        ...phases.map((operations) => faultOfPhase(operations, deaths)),
        ...PHASES.map((phase) => faultOfList(root, phase)),
      ].filter((fault) => fault !== undefined),
    };
  }

  #start(name: string): Living {
    const rounds = this.#torture.rounds.map((round, index): Round => {
      const log = join(this.#folder, `${name}-${index}.log`);
      fs.writeFileSync(log, "");
      return { ...round, root: this.#roots[index] ?? "", log };
    });
    const life: LeaseLife = { name, phases: PHASES, rounds, stopFile: this.#stopFile };
    const child = runTypeScript(program, [JSON.stringify(life)]);
    const living: Living = {
      name,
      child,
      logs: rounds.map(({ log }) => log),
      ending: endOf(child),
      isKilled: false,
      gone: 0n,
    };
    child.once("exit", () => (living.gone = process.hrtime.bigint()));
    this.#lives.push(living);
    return living;
  }

  #letGo(life: Living): void {
    life.child.stdin?.end();
    this.#running.add(life);
  }

  #replace(victim: Living, next: Living): void {
    victim.isKilled = victim.child.kill("SIGKILL");
    this.#running.delete(victim);
    this.#spare.pop();
    this.#letGo(next);
  }

  async #stopForAWhile(child: ChildProcess): Promise<void> {
    this.#stops += 1;
    child.kill("SIGSTOP");
    await delay(Math.random() * LONGEST_STOP_MILLISECONDS);
    child.kill("SIGCONT");
  }
}

/** What the phase is like when all have ended. */
function lastLook(root: string, phase: string, discipline: Discipline): Operation {
  const from = process.hrtime.bigint();
  const lease = seen(leaseCalls(root, discipline).get(phase));
  return { call: "get", phase, from, to: from + BigInt(NANOSECONDS), answer: { lease } };
}

/** Of what was not cleared, each epoch is there once, up to the last one that was given. */
function faultOfList(root: string, phase: string): string | undefined {
  const { leases, epochs } = leaseDocument(root);
  const own = leases.filter(({ phase_id }) => phase_id === phase);
  const found = own.map(({ epoch }) => epoch ?? 0);
  const last = epochs[phase] ?? 0;
  const expected = found.map((_, index) => last - found.length + 1 + index);
  if (found.join() !== expected.join())
    return `of phase ${phase}, there are ${found.join()} of ${last}`;
  const open = own.slice(0, -1).filter(({ lease_state }) => lease_state === "open");
  return open.length > 0 ? `of phase ${phase}, several leases are open` : undefined;
}
