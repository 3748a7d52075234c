import { inspect } from "node:util";

import type { Warning } from "@x/registry-core";
import { escapeControls, printable } from "@x/registry-core/text";

import { type OptionValues, wantsJson } from "./arguments.ts";
import type { Outcome } from "./command.ts";
import type { World } from "./compose.ts";
import type { Description } from "./errors/describe-error.ts";
import { EXIT } from "./errors/exit-code.ts";
import { describeFault } from "./errors/fault.ts";

/** Version of the JSON envelope. It grows only when a field is removed or changes its meaning. */
const SCHEMA_VERSION = 1;

/**
 * What a command line prints. stdout: the result, once, at the end; with --json it is exactly one
 * JSON value, also for a failure. stderr: warnings, notes, errors for people.
 */
export interface Report {
  readonly warn: (warning: Warning) => void;
  /** A fault that keeps nothing of the result back, but changes the exit code. */
  readonly fault: (error: unknown) => void;
  readonly note: (line: string) => void;
  readonly say: (line: string) => void;
  /** Prints the result and gives the exit code. */
  readonly succeed: (outcome: Outcome) => number;
  /** Prints the failure and gives the exit code. */
  readonly fail: (description: Description, error: unknown) => number;
}

export function createReport({ argv, stdout, stderr }: World, options: OptionValues): Report {
  const isQuiet = options["quiet"] === true;
  const isVerbose = options["verbose"] === true;
  const isJson = wantsJson(argv);
  const { style } = stderr;
  const warnings: Warning[] = [];
  const faults = new Set<string>();
  const complain = (line: string): void => stderr.write(`${line}\n`);
  const printJson = (fields: object): void => {
    const value = { schemaVersion: SCHEMA_VERSION, ...fields, warnings };
    stdout.write(`${escapeControls(JSON.stringify(value, null, 2))}\n`);
  };
  const warn = (warning: Warning): void => {
    warnings.push(warning);
    if (!isQuiet) complain(`${style.yellow("warning:")} ${printable(warning.message)}`);
  };
  const detail = (error: unknown): void => {
    if (isVerbose) complain(inspect(error).split("\n").map(printable).join("\n"));
  };
  return {
    warn,
    fault: (error) => {
      const { code, message, hint } = describeFault(error);
      // Who looks twice comes upon it twice.
      if (faults.has(message)) return;
      faults.add(message);
      warn({ code, message: `${message} ${hint}`, path: "" });
      detail(error);
    },
    note: (line) => {
      if (isVerbose) complain(style.dim(printable(line)));
    },
    say: (line) => {
      if (!isQuiet) complain(printable(line));
    },
    succeed: ({ data, text, hint, exitCode: ownExitCode = EXIT.done }) => {
      const exitCode = faults.size === 0 ? ownExitCode : EXIT.fault;
      if (isJson) printJson({ ok: true, data });
      else if (text !== undefined) stdout.write(`${text(stdout.style)}\n`);
      if (isJson || isQuiet) return exitCode;
      for (const line of [hint ?? []].flat()) complain(style.dim(printable(line)));
      return exitCode;
    },
    fail: ({ code, message, hint, exitCode }, error) => {
      if (isJson) printJson({ ok: false, error: { code, message, hint } });
      else complain(`${style.red("error:")} ${printable(message)}`);
      if (!isJson && !isQuiet) complain(style.dim(printable(hint)));
      detail(error);
      return exitCode;
    },
  };
}
