import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { onTestFinished } from "vitest";

import { type Ending, endOf, runTypeScript } from "../../../../test/run-typescript.ts";

/** A program of `test/programs` that runs, and what it says, line by line. */
export interface Conversation {
  /** The next line; undefined when there is none any more. */
  readonly next: () => Promise<string | undefined>;
  readonly say: (line: string) => void;
  /** It hears no more. */
  readonly end: () => void;
  readonly kill: () => void;
  /** All that it printed, the lines that were taken by `next` included. */
  readonly ended: Promise<Ending>;
}

/** Starts the program. What is left of it when the test ends is killed. */
export function startProgram(name: string, ...args: readonly string[]): Conversation {
  const file = fileURLToPath(new URL(`../programs/${name}.ts`, import.meta.url));
  const child = runTypeScript(file, args);
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error("its streams are not piped");
  onTestFinished(() => void child.kill("SIGKILL"));
  stdin.on("error", () => {
    // One that was killed hears nothing any more.
  });
  const lines = createInterface(stdout)[Symbol.asyncIterator]();
  return {
    next: async () => (await lines.next()).value,
    say: (line) => void stdin.write(`${line}\n`),
    end: () => void stdin.end(),
    kill: () => void child.kill("SIGKILL"),
    ended: endOf(child),
  };
}
