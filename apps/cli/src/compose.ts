import { CliError } from "./errors/cli-error.ts";
import { EXIT } from "./errors/exit-code.ts";
import type { Choose, Host } from "./host.ts";
import { openOutput, type Output } from "./output.ts";
import { isTerminal } from "./screen/is-terminal.ts";
import { VERSION } from "./version.ts";

const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;

/** The world outside, in one place: nothing else here reads the process, the clock or the console. */
export interface World {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: () => string;
  readonly now: () => Date;
  readonly version: string;
  readonly host: Host;
  readonly stdout: Output;
  readonly stderr: Output;
}

export function composeWorld(): World {
  const { env } = process;
  // A complaint that nobody can hear is no failure.
  const stderr = openOutput({ descriptor: STDERR, env, onFault: () => undefined });
  const stdout = openOutput({
    descriptor: STDOUT,
    env,
    onFault: ({ message }) => {
      stderr.write(`error: The result could not be printed: ${message}.\n`);
      process.exitCode = EXIT.failed;
    },
  });
  return {
    argv: process.argv.slice(2),
    env,
    cwd: currentFolder,
    now: () => new Date(),
    version: VERSION,
    host: composeHost(env),
    stdout,
    stderr,
  };
}

function composeHost(env: World["env"]): Host {
  const canDraw = (): boolean => isTerminal(STDERR) && env["TERM"] !== "dumb";
  return {
    platform: process.platform,
    hasTerminal: () => isTerminal(STDIN),
    input: () => process.stdin,
    onSignal: (signal, listener) => {
      process.on(signal, listener);
      return () => void process.off(signal, listener);
    },
    every: (milliseconds, tick) => {
      const timer = setInterval(tick, milliseconds);
      return () => clearInterval(timer);
    },
    get choose() {
      return isTerminal(STDIN) && canDraw() ? choose : undefined;
    },
    get drawLine() {
      return canDraw() ? drawLine : undefined;
    },
  };
}

function drawLine(line: string): void {
  process.stderr.write(`\r\u001B[K${line}`);
}

/** On stderr: stdout is for the result. */
const choose: Choose = async (message, choices, initial) => {
  const { isCancel, select } = await import("@clack/prompts");
  const options = choices.map((choice) => ({ ...choice }));
  const aborted = new AbortController();
  let isOver = false;
  // At the end of the input (Ctrl-D) it is only paused, and nobody would be told.
  const giveUp = (): void => void setImmediate(() => isOver || aborted.abort());
  process.stdin.on("pause", giveUp);
  try {
    const chosen = await select({
      message,
      options,
      output: process.stderr,
      signal: aborted.signal,
      ...(initial !== undefined && { initialValue: initial }),
    });
    return isCancel(chosen) ? undefined : chosen;
  } finally {
    isOver = true;
    process.stdin.off("pause", giveUp);
  }
};

function currentFolder(): string {
  try {
    return process.cwd();
  } catch (error) {
    const message = "The current folder is not there any more.";
    throw new CliError("CABINET_CWD_MISSING", message, "Change to an existing folder.", error);
  }
}
