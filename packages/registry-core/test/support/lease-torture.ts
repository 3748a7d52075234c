import fs from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import type { LeaseLife, Round } from "../programs/lease-live.ts";
import { DisturbedCrew } from "./disturbed-crew.ts";
import { type Discipline, leaseCalls } from "./lease-doubles.ts";
import { type Death, faultOfPhase, type Operation, readLog, seen } from "./lease-history.ts";
import { leaseDocument, leaseRoot } from "./lease-project.ts";

const program = fileURLToPath(new URL("../programs/lease-live.ts", import.meta.url));

const PHASES = ["1", "2", "β"] as const;
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

class Run {
  readonly #torture: LeaseTorture;
  readonly #folder = temporaryFolder();
  readonly #stopFile = join(this.#folder, "stop");
  readonly #crew: DisturbedCrew;
  readonly #roots: readonly string[];
  readonly #lives: readonly LeaseLife[];

  constructor(torture: LeaseTorture) {
    this.#torture = torture;
    this.#roots = torture.rounds.map(() => leaseRoot());
    const { processes, kills = 0, milliseconds } = torture;
    this.#crew = new DisturbedCrew({ processes, kills, milliseconds }, this.#stopFile);
    this.#lives = Array.from({ length: this.#crew.size }, (_, index) => this.#newLife(`p${index}`));
  }

  begin(): Promise<void> {
    return this.#crew.begin(program, this.#lives);
  }

  disturb(): Promise<void> {
    return this.#crew.disturb();
  }

  end(): Promise<void> {
    return this.#crew.end();
  }

  report(): LeaseReport {
    const { kills, stops, faults } = this.#crew;
    const rounds = this.#torture.rounds.map(({ discipline }, index) =>
      this.#report(index, discipline),
    );
    return { kills, stops, faults, rounds };
  }

  killAll(): void {
    this.#crew.killAll();
  }

  #report(index: number, discipline: Discipline): RoundReport {
    const root = this.#roots[index] ?? "";
    const { gone: ends } = this.#crew;
    const logs = this.#lives.map(({ name, rounds }, place) => {
      const gone = ends[place] ?? 0n;
      return { name, gone, ...readLog(rounds[index]?.log ?? "", gone) };
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

  #newLife(name: string): LeaseLife {
    const rounds = this.#torture.rounds.map((round, index): Round => {
      const log = join(this.#folder, `${name}-${index}.log`);
      fs.writeFileSync(log, "");
      return { ...round, root: this.#roots[index] ?? "", log };
    });
    return { name, phases: PHASES, rounds, stopFile: this.#stopFile };
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
