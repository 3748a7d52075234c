// Grants leases as fast as it can, together with others. `rivals`: so many rounds with one other process
// for one phase; who has won one ends the lease once the other has lost, by closing or by clearing it.
// `own`: so many phases of its own. Prints what it was granted and refused.
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { grantLease, holderOf } from "@x/registry-core/leases";

import { untilAllAreReady } from "../../../../test/start-together.ts";
import { type Discipline, leaseCalls } from "../support/lease-doubles.ts";

export interface LeaseRace {
  readonly root: string;
  readonly name: string;
  readonly rounds: number;
  readonly discipline: Discipline;
  /** Of rivals: the name of the other, how the winner ends a lease, and where each tells what it got. */
  readonly rival?: {
    readonly name: string;
    readonly end: "close" | "clear";
    readonly folder: string;
  };
}

export interface RaceResult {
  readonly epochs: number[];
  /** The codes of the errors, one for each round that was lost. */
  readonly refused: unknown[];
  /** Ends with the first round that both have won. */
  readonly bothWon: number;
}

const { root, name, rounds, discipline, rival }: LeaseRace = JSON.parse(process.argv[2] ?? "{}");
const calls = leaseCalls(root, discipline);
const holder = holderOf();
const result = {
  epochs: [] as number[],
  refused: [] as unknown[],
  bothWon: 0,
} satisfies RaceResult;

const MOST_MILLISECONDS = 30_000;

/** The other is on its way, and nothing else is to be done meanwhile. */
function until(isSo: () => boolean): void {
  const end = performance.now() + MOST_MILLISECONDS;
  const nap = new Int32Array(new SharedArrayBuffer(4));
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`${name} waits in vain`);
    Atomics.wait(nap, 0, 0, 0.2);
  }
}

function attempt(phase: string): number | undefined {
  try {
    const { epoch = 0 } = calls.grant(phase, name, holder);
    result.epochs.push(epoch);
    return epoch;
  } catch (error) {
    result.refused.push(Reflect.get(Object(error), "code"));
    return undefined;
  }
}

function compete({ name: other, end, folder }: NonNullable<LeaseRace["rival"]>): void {
  for (let round = 1; round <= rounds; round += 1) {
    const tell = (what: string): void =>
      writeFileSync(join(folder, `${round}-${name}-${what}`), "");
    const hasTold = (what: string): boolean =>
      existsSync(join(folder, `${round}-${other}-${what}`));
    tell("ready");
    until(() => hasTold("ready"));
    const epoch = attempt("7");
    tell(epoch === undefined ? "lost" : "won");
    until(() => hasTold("won") || hasTold("lost"));
    if (epoch !== undefined && hasTold("won")) {
      result.bothWon = round;
      return;
    }
    if (epoch !== undefined) calls[end]("7", { epoch });
  }
}

await untilAllAreReady();
if (rival !== undefined) compete(rival);
else {
  for (let round = 0; round < rounds; round += 1) {
    if (discipline === "bare") attempt(`${name}-${round}`);
    else grantLease(root, { phase_id: `${name}-${round}`, agent_id: name, holder });
  }
}
process.stdout.write(JSON.stringify(result));
