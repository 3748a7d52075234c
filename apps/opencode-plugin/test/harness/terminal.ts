import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";

import { onTestFinished } from "vitest";

import { endOf } from "../../../../test/run-typescript.ts";
import { requireClient, type Scenario } from "./scenario.ts";

/** The client as people use it: drawn in a terminal, and typed into. */
export interface TerminalClient {
  /** Resolves when all of that was drawn since the last time; whatever moves the cursor is left out. */
  readonly shows: (...words: readonly string[]) => Promise<void>;
  readonly type: (keys: string) => void;
  /** Ends it as people do, and resolves when it is gone. */
  readonly quit: () => Promise<TerminalEnding>;
}

export interface TerminalEnding {
  readonly code: number | null;
  /** By which it was ended, if it did not end by itself. */
  readonly signal: string | null;
  /** From the key that ends it, by the clock of who typed it there. */
  readonly milliseconds: number;
}

const program = fileURLToPath(new URL("../programs/terminal.ts", import.meta.url));
// Of its whole life: what it does not show until then, it does not show.
const LIMIT_MILLISECONDS = 240_000;
const LONGEST_COMPLAINT = 1_000;
const CONTROL_C = "\u0003";

/** Starts the client without arguments, in a pseudo-terminal that its own Bun makes. */
export function openTerminal({ repository, env }: Scenario): TerminalClient {
  const client = requireClient();
  const child = spawn(client, [program, client], {
    cwd: repository,
    env: { ...env, BUN_BE_BUN: "1" },
    stdio: ["pipe", "pipe", "pipe"],
    timeout: LIMIT_MILLISECONDS,
    // Then nobody types any more, and what it has started is killed.
    killSignal: "SIGKILL",
  });
  let drawn = "";
  child.stdout.on("data", (text: string) => (drawn += text));
  const ended = endOf(child);
  onTestFinished(async () => {
    child.stdin.destroy();
    await ended;
  });
  const type = (keys: string): void => void child.stdin.write(keys);
  return {
    type,
    shows: async (...words) => {
      await new Promise<void>((resolve, reject) => {
        const look = (): void => {
          const text = stripVTControlCharacters(drawn);
          if (words.every((word) => text.includes(word))) resolve();
        };
        child.stdout.on("data", look);
        look();
        void ended.then(() => {
          const text = stripVTControlCharacters(drawn).slice(-LONGEST_COMPLAINT);
          reject(new Error(`it ended before it showed ${words.join(", ")}: ${text}`));
        });
      });
      drawn = "";
    },
    quit: async () => {
      type(CONTROL_C);
      const { stderr } = await ended;
      const ending: TerminalEnding = JSON.parse(stderr);
      return ending;
    },
  };
}
