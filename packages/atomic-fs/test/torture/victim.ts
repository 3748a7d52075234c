import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { onTestFinished } from "vitest";

import { runTypeScript } from "../../../../test/run-typescript.ts";
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

/** A process that makes an operation in a folder when it is told to. */
export class Victim {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#ended = once(child, "exit");
  }

  static async start(operation: string, folder: string, warmFolder: string): Promise<Victim> {
    // One thread of libuv: so which thread makes a call is always the same.
    const env = { ...process.env, UV_THREADPOOL_SIZE: "1" };
    const stdio = ["pipe", "pipe", "inherit"] as const;
    const child = runTypeScript(program, [operation, folder, warmFolder], {
      env,
      stdio: [...stdio],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    const victim = new Victim(child);
    await firstOutput(child);
    return victim;
  }

  /** Makes the operation under strace. */
  async obey(
    log: string,
    injection?: Injection,
  ): Promise<{ answer: Answer; calls: readonly SystemCall[] }> {
    const { pid, stdin, stdout } = this.#child;
    if (pid === undefined || stdin === null || stdout === null) throw new Error("no process");
    const tracer = await Tracer.attach(pid, log, injection);
    const killed = this.#ended.then((): Answer => ({ outcome: "killed" }));
    const said = once(stdout, "data").then(([line]): Answer => JSON.parse(String(line)));
    stdin.write("\n");
    const answer = await Promise.race([said, killed]);
    return { answer, calls: await tracer.end() };
  }

  async end(): Promise<void> {
    this.#child.stdin?.end();
    await this.#ended;
  }
}
