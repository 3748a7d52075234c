import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

import pc from "picocolors";

import type { Style } from "./command.ts";
import { CliError } from "./errors.ts";
import { EXIT } from "./exit-code.ts";
import type { Choose, Host } from "./host.ts";

const STDIN = 0;
const STDERR = 2;

/** The world outside, in one place: nothing else here reads the process, the clock or the console. */
export interface World {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: () => string;
  readonly now: () => Date;
  readonly version: () => string;
  readonly host: Host;
  readonly stdout: Output;
  readonly stderr: Output;
}

interface Output {
  readonly write: (text: string) => void;
  readonly style: Style;
}

export function composeWorld(): World {
  const { env, stdout, stderr } = process;
  return {
    argv: process.argv.slice(2),
    env,
    cwd: currentFolder,
    now: () => new Date(),
    version: readVersion,
    host: composeHost(env),
    stdout: outputTo(stdout, env),
    stderr: outputTo(stderr, env),
  };
}

function composeHost(env: World["env"]): Host {
  const canDraw = isatty(STDERR) && env["TERM"] !== "dumb";
  return {
    platform: process.platform,
    hasTerminal: () => isatty(STDIN),
    input: () => process.stdin,
    onSignal: (signal, listener) => {
      process.on(signal, listener);
      return () => void process.off(signal, listener);
    },
    every: (milliseconds, tick) => {
      const timer = setInterval(tick, milliseconds);
      return () => clearInterval(timer);
    },
    choose: isatty(STDIN) && canDraw ? choose : undefined,
    drawLine: canDraw ? (line) => void process.stderr.write(`\r\u001B[K${line}`) : undefined,
  };
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

function outputTo(stream: NodeJS.WriteStream & { fd: number }, env: World["env"]): Output {
  const isTerminal = isatty(stream.fd);
  const isColoured = isTerminal && !env["NO_COLOR"] && env["TERM"] !== "dumb";
  const { bold, dim, green, yellow, red } = pc.createColors(isColoured);
  // A terminal that does not tell its width has 0.
  const columns = isTerminal && stream.columns > 0 ? stream.columns : undefined;
  const style = { bold, dim, green, yellow, red, columns };
  return { write: (text) => void stream.write(text), style };
}

/**
 * What becomes of output that cannot be written. A reader that has seen enough (`| head -1`) is no
 * failure, and a complaint that nobody can hear is none either.
 */
export function watchOutputs(): void {
  process.stderr.on("error", () => undefined);
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") return;
    process.stderr.write(`error: The result could not be printed: ${error.message}.\n`);
    process.exitCode = EXIT.failed;
  });
}

function currentFolder(): string {
  try {
    return process.cwd();
  } catch (error) {
    const message = "The current folder is not there any more.";
    throw new CliError("CABINET_CWD_MISSING", message, "Change to an existing folder.", error);
  }
}

function readVersion(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  const { version }: { version: string } = JSON.parse(text);
  return version;
}
