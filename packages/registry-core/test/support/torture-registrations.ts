import fs from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { lookupPlan, registerPlan } from "../../src/session-plans/index.ts";
import type { Life } from "../programs/plan-live.ts";
import { DisturbedCrew } from "./disturbed-crew.ts";
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

class Run {
  readonly #dir = projectWith();
  readonly #logs = temporaryFolder();
  readonly #stopFile = join(this.#logs, "stop");
  readonly #crew: DisturbedCrew;
  readonly #lives: readonly Life[];
  readonly #sessions: string[] = [];
  readonly #observed: Operation[] = [];
  readonly #faults: string[] = [];
  #polls = 0;
  #isOver = false;

  constructor(torture: Torture) {
    this.#crew = new DisturbedCrew(torture, this.#stopFile);
    const own = Array.from({ length: this.#crew.size }, () => this.#newSessions());
    this.#lives = own.map((sessions, index) => ({
      dir: this.#dir,
      log: join(this.#logs, `${index}.log`),
      stopFile: this.#stopFile,
      own: sessions,
      others: [...this.#sessions, STRANGER],
      discipline: torture.discipline,
    }));
  }

  begin(): Promise<void> {
    return this.#crew.begin(program, this.#lives);
  }

  disturb(): Promise<void> {
    return this.#crew.disturb();
  }

  async end(): Promise<void> {
    await this.#crew.end();
    this.#isOver = true;
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
      ...this.#crew.faults,
      ...faultsOfHistory([...made, ...this.#observed, ...last]),
      ...strangers.map((session) => `wrong: nobody has registered ${session}`),
      ...this.#leftovers().map((name) => `left behind: ${name}`),
    ];
    return {
      processes: this.#crew.begun,
      sessions: this.#sessions.length,
      operations: made.length + this.#observed.length,
      registrations: made.filter(({ call }) => call === "register").length,
      unacknowledged: made.filter(({ to }) => to === undefined).length,
      kills: this.#crew.kills,
      stops: this.#crew.stops,
      polls: this.#polls,
      faults,
    };
  }

  killAll(): void {
    this.#isOver = true;
    this.#crew.killAll();
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
    const dead = new Set(this.#crew.killedIDs);
    const isKnown = (name: string): boolean => {
      if (/^plan-.*\.md$|^\.session-plans\.json$/.test(name)) return true;
      const pid = /^\.session-plans\.json\.tmp\.(\d+)\.\d+\.\w{27}$/.exec(name)?.[1];
      if (pid !== undefined) return dead.has(pid);
      return dead.size > 0 && /^\.session-plans\.json\.lock\.next$|^\.\w{8}\.lock$/.test(name);
    };
    return fs.readdirSync(join(this.#dir, ".ai")).filter((name) => !isKnown(name));
  }
}
