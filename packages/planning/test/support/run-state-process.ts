import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { onTestFinished } from "vitest";

import { runTypeScript } from "../../../../test/run-typescript.ts";

export type RunOrder =
  | { readonly call: "open"; readonly at?: number; readonly patience?: number }
  | { readonly call: "join"; readonly token: string }
  | { readonly call: "issue"; readonly title: string }
  | { readonly call: "close" };

export type RunAnswer =
  | { readonly ok: true; readonly token?: string }
  | {
      readonly ok: false;
      readonly code: string | undefined;
      readonly message: string;
      /** The name of the executor that has the run. */
      readonly holder: string | undefined;
    };

const program = fileURLToPath(new URL("../programs/run-state-obey.ts", import.meta.url));

/** A process that makes the calls of an executor of that name, or of one that works for it. */
export class RunProcess {
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;

  constructor(folder: string, executor: string) {
    this.#child = runTypeScript(program, [folder, executor], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    onTestFinished(() => void this.#child.kill("SIGKILL"));
    const { stdout } = this.#child;
    if (stdout === null) throw new Error("the output of this process is not piped");
    this.#answers = createInterface({ input: stdout })[Symbol.asyncIterator]();
  }

  async obey(order: RunOrder): Promise<RunAnswer> {
    this.#child.stdin?.write(`${JSON.stringify(order)}\n`);
    const { value, done } = await this.#answers.next();
    if (done === true) throw new Error("the process ended without an answer");
    return JSON.parse(value);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Resolves when it is gone. */
  async kill(): Promise<void> {
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
  }
}
