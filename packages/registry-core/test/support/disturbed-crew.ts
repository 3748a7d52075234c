import type { ChildProcess } from "node:child_process";
import fs from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

import { type Ending, endOf, runTypeScript } from "../../../../test/run-typescript.ts";
import { firstOutput } from "../../../../test/start-together.ts";

// Who is stopped may hold the lock: then all the others wait.
const LONGEST_STOP_MILLISECONDS = 50;
// Who has not ended by so long after its time is stuck.
const PATIENCE_MILLISECONDS = 60_000;

export interface Disturbances {
  /** So many live at a time. */
  readonly processes: number;
  /** At most so many are killed, at random moments of that time. */
  readonly kills: number;
  /** Undefined: they end by themselves. */
  readonly milliseconds: number | undefined;
}

interface Member {
  readonly child: ChildProcess;
  readonly ending: Promise<Ending>;
  readonly gone: () => bigint;
}

/**
 * Processes of which some are killed with -9 at random moments, each followed by a new one, and others
 * are stopped for a while. Each prints something when it is ready, begins when its input ends, and ends
 * when there is a stop file.
 */
export class DisturbedCrew {
  readonly #disturbances: Disturbances;
  readonly #stopFile: string;
  readonly #members: Member[] = [];
  /** Those that have begun, and were not killed. */
  readonly #running = new Set<Member>();
  readonly #killed = new Set<Member>();
  /** Those that are ready to take the place of one that is killed: to start one takes long. */
  readonly #spare: Member[] = [];
  readonly #faults: string[] = [];
  #stops = 0;

  constructor(disturbances: Disturbances, stopFile: string) {
    this.#disturbances = disturbances;
    this.#stopFile = stopFile;
  }

  /** How many processes `begin` needs. */
  get size(): number {
    return this.#disturbances.processes + this.#disturbances.kills;
  }

  /** How many have begun. */
  get begun(): number {
    return this.#running.size + this.#killed.size;
  }

  get kills(): number {
    return this.#killed.size;
  }

  get stops(): number {
    return this.#stops;
  }

  /** Of how they ended. */
  get faults(): readonly string[] {
    return this.#faults;
  }

  /** For each, in the order of the arguments, since when it is known to be gone. */
  get gone(): readonly bigint[] {
    return this.#members.map(({ gone }) => gone());
  }

  get killedIDs(): readonly string[] {
    return Array.from(this.#killed, ({ child }) => String(child.pid));
  }

  /** One process for each argument. */
  async begin(program: string, lives: readonly unknown[]): Promise<void> {
    this.#members.push(...lives.map((life) => start(program, life)));
    await Promise.all(this.#members.map(untilReady));
    const { processes } = this.#disturbances;
    for (const member of this.#members.slice(0, processes)) this.#letGo(member);
    this.#spare.push(...this.#members.slice(processes));
  }

  /** Until the time is over, and until one was killed and one was stopped, if any are to be. */
  async disturb(): Promise<void> {
    const { kills, milliseconds = 0 } = this.#disturbances;
    const end = performance.now() + milliseconds;
    const isOver = (): boolean =>
      performance.now() >= end && (kills === 0 || milliseconds === 0 || this.#stops > 0);
    while (!isOver()) {
      await delay((Math.random() * milliseconds) / (kills + 1));
      const running = [...this.#running];
      const victim = running[Math.floor(Math.random() * running.length)];
      const next = this.#spare.at(-1);
      if (victim === undefined) throw new Error("nobody lives");
      // One of each at least, a kill first: after that, as it comes.
      const isStopped = this.kills > 0 && (this.stops === 0 || Math.random() < 0.5);
      if (next === undefined || isStopped) await this.#stopForAWhile(victim.child);
      else this.#replace(victim, next);
    }
  }

  async end(): Promise<void> {
    for (const { child } of this.#spare) child.kill("SIGKILL");
    if (this.#disturbances.milliseconds !== undefined) fs.writeFileSync(this.#stopFile, "");
    const stuck = setTimeout(() => {
      this.#faults.push("stuck: some did not end");
      this.killAll();
    }, PATIENCE_MILLISECONDS);
    await Promise.all(this.#members.map(({ ending }) => ending));
    clearTimeout(stuck);
    for (const { ending } of this.#running) {
      const { code, signal, stderr } = await ending;
      if (code !== 0 || stderr !== "") this.#faults.push(`ended with ${code ?? signal}: ${stderr}`);
    }
  }

  killAll(): void {
    for (const { child } of this.#members) child.kill("SIGKILL");
  }

  #letGo(member: Member): void {
    member.child.stdin?.end();
    this.#running.add(member);
  }

  #replace(victim: Member, next: Member): void {
    // It may have ended by itself a moment ago.
    if (victim.child.kill("SIGKILL")) this.#killed.add(victim);
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

function start(program: string, life: unknown): Member {
  const child = runTypeScript(program, [JSON.stringify(life)]);
  let gone = 0n;
  child.once("exit", () => (gone = process.hrtime.bigint()));
  return { child, ending: endOf(child), gone: () => gone };
}

async function untilReady({ child, ending }: Member): Promise<void> {
  try {
    await firstOutput(child);
  } catch (cause) {
    throw new Error((await ending).stderr, { cause });
  }
}
