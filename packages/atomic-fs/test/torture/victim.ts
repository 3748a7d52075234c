import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { onTestFinished } from "vitest";

import { nodeRuntime, runTypeScript } from "../../../../test/run-typescript.ts";
import { firstOutput } from "../../../../test/start-together.ts";
import { type Injection, type SystemCall, Tracer } from "./strace.ts";

const program = fileURLToPath(new URL("../programs/obey.ts", import.meta.url));

/** How an operation ended, as its process says; `killed` when that could say nothing any more. */
export interface Answer {
  readonly outcome: "done" | "failed" | "killed";
  readonly code?: string;
  readonly installed?: boolean;
  readonly message?: string;
}

interface Obeyed {
  readonly answer: Answer;
  readonly calls: readonly SystemCall[];
}

/** A process that makes an operation in a folder when it is told to. */
export class Victim {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #lastWords = "";

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#ended = once(child, "exit");
    child.stderr?.on("data", (words: Buffer) => (this.#lastWords += words.toString()));
  }

  static async start(operation: string, folder: string, warmFolder: string): Promise<Victim> {
    // One thread of libuv, and none of V8 that would have to be woken by a write: so the calls of
    // each thread are nearly always the same.
    const env = { ...process.env, UV_THREADPOOL_SIZE: "1" };
    const flags = ["--v8-pool-size=0", "--single-threaded-gc", ...nodeRuntime.flags];
    const child = runTypeScript(
      program,
      [operation, folder, warmFolder],
      { env },
      { ...nodeRuntime, flags },
    );
    onTestFinished(() => void child.kill("SIGKILL"));
    const victim = new Victim(child);
    await firstOutput(child);
    return victim;
  }

  /** Makes the operation under strace. */
  async obey(log: string, injection?: Injection): Promise<Obeyed> {
    const go = await this.attend(log, injection);
    return go();
  }

  /** The same, once it is told to: the tracer is at work by then. */
  async attend(log: string, injection?: Injection): Promise<() => Promise<Obeyed>> {
    const { pid, stdin, stdout } = this.#child;
    if (pid === undefined || stdin === null || stdout === null) throw new Error("no process");
    const tracer = await Tracer.attach(pid, log, { injection });
    return async () => {
      const killed = this.#ended.then((): Answer => ({
        outcome: "killed",
        message: this.#lastWords,
      }));
      const said = once(stdout, "data").then(([line]): Answer => JSON.parse(String(line)));
      stdin.write("\n");
      const answer = await Promise.race([said, killed]);
      return { answer, calls: await tracer.end() };
    };
  }

  async end(): Promise<void> {
    this.#child.stdin?.end();
    await this.#ended;
  }
}
