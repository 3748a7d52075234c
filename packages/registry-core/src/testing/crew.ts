import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { extname } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { hrefOf, type StoreFactory } from "./store-factory.ts";
import type { Assignment, Task } from "./tasks.ts";

// None of the tasks takes a tenth of it on a machine that has something else to do.
const LIMIT_MILLISECONDS = 60_000;

export interface CrewOptions {
  readonly factory: StoreFactory;
  readonly folder: string;
  readonly execArgv: readonly string[];
  readonly load: number;
}

/** The processes of one clause. None of them outlives `end`. */
export class Crew {
  readonly #options: CrewOptions;
  readonly #workers: Worker[] = [];

  constructor(options: CrewOptions) {
    this.#options = options;
  }

  /** Starts a process per task, and lets them all go when every one of them is ready. */
  async start(...tasks: readonly Task[]): Promise<Worker[]> {
    const { factory, folder, execArgv, load } = this.#options;
    const program = workerProgram();
    const named = { ...factory, module: hrefOf(factory) };
    const workers = tasks.map((task) => {
      const assignment: Assignment = { factory: named, folder, task };
      const args = [...execArgv, program, JSON.stringify(assignment)];
      return new Worker(spawn(process.execPath, args), LIMIT_MILLISECONDS * Math.max(1, load));
    });
    this.#workers.push(...workers);
    await Promise.all(workers.map((worker) => worker.line(0)));
    for (const worker of workers) worker.tell("go");
    return workers;
  }

  async end(): Promise<void> {
    for (const worker of this.#workers) worker.kill();
    await Promise.allSettled(this.#workers.map((worker) => worker.ended));
  }
}

/** TypeScript beside TypeScript, JavaScript beside JavaScript. */
function workerProgram(): string {
  return fileURLToPath(new URL(`worker${extname(import.meta.url)}`, import.meta.url));
}

/** One process, and what it says. */
export class Worker {
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  readonly #events = new EventEmitter();
  /** Rejects when it ends in another way than by itself, with 0, or by `kill`. */
  readonly ended: Promise<void>;
  #isEnded = false;
  /** Whether `kill` was called. */
  wasKilled = false;

  constructor(child: ChildProcess, limitMilliseconds: number) {
    this.#child = child;
    this.ended = this.#watch(child, limitMilliseconds);
    // Who waits for a line or for the end hears of it.
    this.ended.catch(() => {});
  }

  /** What it has said after "ready". */
  get said(): readonly string[] {
    return this.#lines.slice(1);
  }

  /** What it says as its so many-th line; 0 is "ready". Rejects when it ends before. */
  async line(index: number): Promise<string> {
    for (;;) {
      const line = this.#lines[index];
      if (line !== undefined) return line;
      if (this.#isEnded) {
        await this.ended;
        throw new Error(`a process ended after ${this.#lines.length} lines`);
      }
      await once(this.#events, "news");
    }
  }

  tell(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  /** It hears nothing more, does what it has to do, and ends. */
  async finish(): Promise<void> {
    this.#child.stdin?.end();
    await this.ended;
  }

  /** With SIGKILL: it has no chance to do anything about it. */
  kill(): void {
    this.wasKilled = true;
    this.#child.kill("SIGKILL");
  }

  async #watch(child: ChildProcess, limitMilliseconds: number): Promise<void> {
    let isLate = false;
    const limit = setTimeout(() => {
      isLate = true;
      child.kill("SIGKILL");
    }, limitMilliseconds);
    let complaint = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (complaint += text));
    // A process that is gone cannot be told anything.
    child.stdin?.on("error", () => {});
    if (child.stdout !== null) {
      createInterface({ input: child.stdout }).on("line", (line) => {
        this.#lines.push(line);
        this.#events.emit("news");
      });
    }
    try {
      const [code, signal]: unknown[] = await once(child, "close");
      if (isLate) throw new Error(`a process did not end within ${limitMilliseconds} ms`);
      if (code !== 0 && !this.wasKilled) {
        throw new Error(`a process ended with ${String(code ?? signal)}: ${complaint}`);
      }
    } finally {
      clearTimeout(limit);
      this.#isEnded = true;
      this.#events.emit("news");
    }
  }
}
