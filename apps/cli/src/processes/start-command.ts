import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";

import { CliError, ExitCodeError } from "../errors/cli-error.ts";
import { codeOf, reasonOf } from "../errors/error-code.ts";
import { EXIT } from "../errors/exit-code.ts";

export interface CommandLine {
  /** The command and its arguments, which no shell reads. */
  readonly words: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What it prints goes to stderr: stdout is kept for something else. */
  readonly isStdoutKept: boolean;
}

/** How a command ended: one of both is null. */
export interface CommandEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface StartedCommand {
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Rejects with `CABINET_COMMAND_NOT_STARTED` and the exit code of a shell for it. */
  readonly ended: Promise<CommandEnd>;
}

const STDERR = 2;

/** Starts a command that has the input and the outputs of this process. */
export function startCommand(line: CommandLine): StartedCommand {
  const [command = "", ...args] = line.words;
  try {
    const child = spawn(command, args, {
      cwd: line.cwd,
      env: { ...line.env },
      stdio: ["inherit", line.isStdoutKept ? STDERR : "inherit", "inherit"],
    });
    return { kill: (signal) => void child.kill(signal), ended: endOf(child, command) };
  } catch (error) {
    // Some reasons are thrown, such as a command line that is too long.
    return { kill: () => undefined, ended: Promise.reject(notStarted(command, error)) };
  }
}

function endOf(child: ChildProcess, command: string): Promise<CommandEnd> {
  return new Promise((resolve, reject) => {
    child.on("error", (error) => {
      // That a signal could not be sent is an error too.
      if (child.pid === undefined) reject(notStarted(command, error));
    });
    child.once("exit", (exitCode, signal) => resolve({ exitCode, signal }));
  });
}

// Shells end with that and the number of the signal.
const SIGNALLED = 128;

/** As a shell would pass it on. */
export function exitCodeOf({ exitCode, signal }: CommandEnd): number {
  return exitCode ?? SIGNALLED + (signal === null ? 0 : constants.signals[signal]);
}

function notStarted(command: string, error: unknown): ExitCodeError {
  const isMissing = codeOf(error) === "ENOENT";
  const message = isMissing
    ? `There is no command ${JSON.stringify(command)} to run.`
    : `The command ${JSON.stringify(command)} could not be started: ${reasonOf(error)}.`;
  const hint = "Look at what stands behind --: a program and its arguments, which no shell reads.";
  const failure = new CliError("CABINET_COMMAND_NOT_STARTED", message, hint, error);
  return new ExitCodeError(isMissing ? EXIT.commandNotFound : EXIT.commandNotStarted, failure);
}
