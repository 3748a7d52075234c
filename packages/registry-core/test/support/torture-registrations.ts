import type { ChildProcess } from "node:child_process";
import fs from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { type Ending, endOf, runTypeScript } from "../../../../test/run-typescript.ts";
import { firstOutput } from "../../../../test/start-together.ts";
import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { lookupPlan, registerPlan } from "../../src/session-plans/index.ts";
import type { Life } from "../programs/plan-live.ts";
import { faultsOfRegistry, registryIn, sessionsIn } from "./plan-document.ts";
import { faultsOfHistory, type Operation, operationsIn } from "./plan-history.ts";
import { projectWith } from "./plan-project.ts";
import { bucketStart, sessionIDAt } from "./session-ids.ts";

const program = fileURLToPath(new URL("../programs/plan-live.ts", import.meta.url));

// Where one bucket ends and the next begins.
const EDGE = bucketStart(Date.UTC(2026, 10, 21));
// Has no plan until all is over.
const STRANGER = sessionIDAt(EDGE);
const SESSIONS_OF_EACH = 3;
// Who is stopped may hold the lock: then all the others wait.
const LONGEST_STOP_MILLISECONDS = 50;
// Who has not ended by so long after its time is stuck.
const PATIENCE_MILLISECONDS = 30_000;

export interface Torture {
  /** So many live at a time. */
  readonly processes: number;
  /** At most so many are killed. */
  readonly kills: number;
  readonly milliseconds: number;
  /** `bare`, the known-bad double: the file is read, changed and replaced without a lock. */
  readonly discipline: Life["discipline"];
}

export interface Report {
  readonly processes: number;
  readonly sessions: number;
  readonly operations: number;
  readonly registrations: number;
  /** Operations of which nobody knows whether they were done. */
  readonly unacknowledged: number;
  readonly kills: number;
  readonly stops: number;
  readonly polls: number;
  readonly faults: readonly string[];
}

interface Living {
  readonly child: ChildProcess;
  readonly log: string;
  readonly ending: Promise<Ending>;
}

/**
 * Lets processes register plans for sessions of their own in two buckets; kills some with -9 at random
 * moments, each followed by a new one, and stops others for a while. Tells what was done, and what of
 * it is not as it should be.
 */
export async function tortureRegistrations(torture: Torture): Promise<Report> {
  const run = new Run(torture);
  try {
    await run.begin();
    const watching = run.watch();
    await run.disturb();
    await run.end();
    await watching;
    return await run.report();
  } finally {
    run.killAll();
  }
}

async function untilReady({ child, ending }: Living): Promise<void> {
  try {
    await firstOutput(child);
  } catch (cause) {
    throw new Error((await ending).stderr, { cause });
  }
}

class Run {
  readonly #torture: Torture;
  readonly #dir = projectWith();
  readonly #logs = temporaryFolder();
  readonly #stopFile = join(this.#logs, "stop");
  readonly #lives: Living[] = [];
  /** Those that have begun, and were not killed. */
  readonly #running = new Set<Living>();
  readonly #killed = new Set<Living>();
  /** Those that are ready to take the place of one that is killed: to start one takes long. */
  readonly #spare: Living[] = [];
  readonly #sessions: string[] = [];
  readonly #observed: Operation[] = [];
  readonly #faults: string[] = [];
  #stops = 0;
  #polls = 0;
  #isOver = false;

  constructor(torture: Torture) {
    this.#torture = torture;
  }

  async begin(): Promise<void> {
    const { processes, kills } = this.#torture;
    const own = Array.from({ length: processes + kills }, () => this.#newSessions());
    const lives = own.map((sessions) => this.#start(sessions));
    await Promise.all(lives.map(untilReady));
    for (const life of lives.slice(0, processes)) this.#letGo(life);
    this.#spare.push(...lives.slice(processes));
  }

  /** Until the time is over. */
  async disturb(): Promise<void> {
    const { kills, milliseconds } = this.#torture;
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
    for (const life of this.#spare) life.child.kill("SIGKILL");
    fs.writeFileSync(this.#stopFile, "");
    const stuck = setTimeout(() => {
      this.#faults.push("stuck: some did not end");
      this.killAll();
    }, PATIENCE_MILLISECONDS);
    const endings = await Promise.all([...this.#running].map(({ ending }) => ending));
    clearTimeout(stuck);
    this.#isOver = true;
    for (const { code, signal, stderr } of endings) {
      if (code !== 0 || stderr !== "") this.#faults.push(`ended with ${code ?? signal}: ${stderr}`);
    }
  }

  /** As one more process, whose looks are part of the history. */
  async watch(): Promise<void> {
    let isThere = false;
    while (!this.#isOver) {
      this.#polls += 1;
      isThere = this.#look(isThere);
      const session = this.#sessions[Math.floor(Math.random() * this.#sessions.length)] ?? "";
      const from = process.hrtime.bigint();
      const value = await lookupPlan(this.#dir, session);
      this.#observed.push({ call: "lookup", session, from, to: process.hrtime.bigint(), value });
      await delay(1);
    }
  }

  async report(): Promise<Report> {
    // Whoever was killed last stands in nobody's way.
    await registerPlan(this.#dir, STRANGER, `${STRANGER}-0`, { timeoutMilliseconds: 5_000 });
    const made = this.#lives.flatMap(({ log }) => operationsIn(log));
    const final = sessionsIn(registryIn(this.#dir) ?? {});
    const at = { from: process.hrtime.bigint(), to: process.hrtime.bigint() };
    const last = this.#sessions.map((session): Operation => ({
      call: "lookup",
      session,
      ...at,
      value: final[session] ?? null,
    }));
    const known = new Set([...this.#sessions, STRANGER]);
    const strangers = Object.keys(final).filter((session) => !known.has(session));
    const faults = [
      ...this.#faults,
      ...faultsOfHistory([...made, ...this.#observed, ...last]),
      ...strangers.map((session) => `wrong: nobody has registered ${session}`),
      ...this.#leftovers().map((name) => `left behind: ${name}`),
    ];
    return {
      processes: this.#running.size + this.#killed.size,
      sessions: this.#sessions.length,
      operations: made.length + this.#observed.length,
      registrations: made.filter(({ call }) => call === "register").length,
      unacknowledged: made.filter(({ to }) => to === undefined).length,
      kills: this.#killed.size,
      stops: this.#stops,
      polls: this.#polls,
      faults,
    };
  }

  killAll(): void {
    this.#isOver = true;
    for (const { child } of this.#lives) child.kill("SIGKILL");
  }

  /** Sessions of two buckets. */
  #newSessions(): string[] {
    const own = Array.from({ length: SESSIONS_OF_EACH }, (_, index) => {
      const number = this.#sessions.length + index + 1;
      return sessionIDAt(EDGE + (number % 2 === 0 ? number : -number) * 1000);
    });
    this.#sessions.push(...own);
    return own;
  }

  #letGo(life: Living): void {
    life.child.stdin?.end();
    this.#running.add(life);
  }

  #start(own: readonly string[]): Living {
    const log = join(this.#logs, `${this.#lives.length}.log`);
    const life: Life = {
      dir: this.#dir,
      log,
      stopFile: this.#stopFile,
      own,
      others: [...this.#sessions, STRANGER],
      discipline: this.#torture.discipline,
    };
    const child = runTypeScript(program, [JSON.stringify(life)]);
    const living = { child, log, ending: endOf(child) };
    this.#lives.push(living);
    return living;
  }

  #replace(victim: Living, next: Living): void {
    victim.child.kill("SIGKILL");
    this.#running.delete(victim);
    this.#killed.add(victim);
    this.#spare.pop();
    this.#letGo(next);
  }

  async #stopForAWhile(child: ChildProcess): Promise<void> {
    this.#stops += 1;
    child.kill("SIGSTOP");
    await delay(Math.random() * LONGEST_STOP_MILLISECONDS);
    child.kill("SIGCONT");
  }

  /** Gives whether there is a registry. */
  #look(wasThere: boolean): boolean {
    try {
      const registry = registryIn(this.#dir);
      if (registry === undefined && wasThere) this.#faults.push("torn: the registry was gone");
      if (registry !== undefined) this.#faults.push(...faultsOfRegistry(registry));
      return registry !== undefined;
    } catch (error) {
      this.#faults.push(`torn: ${String(error)}`);
      return true;
    }
  }

  /** What is neither a plan nor the registry nor left by one that was killed. */
  #leftovers(): string[] {
    const dead = new Set([...this.#killed].map(({ child }) => String(child.pid)));
    const isKnown = (name: string): boolean => {
      if (/^plan-.*\.md$|^\.session-plans\.json$/.test(name)) return true;
      const pid = /^\.session-plans\.json\.tmp\.(\d+)\.\d+\.\w{27}$/.exec(name)?.[1];
      if (pid !== undefined) return dead.has(pid);
      return dead.size > 0 && /^\.session-plans\.json\.lock\.next$|^\.\w{8}\.lock$/.test(name);
    };
    return fs.readdirSync(join(this.#dir, ".ai")).filter((name) => !isKnown(name));
  }
}
