import { readFileSync } from "node:fs";

import pc from "picocolors";

import { CliError } from "./cli-error.ts";
import type { Style } from "./command.ts";

/** The world outside, in one place: nothing else here reads the process, the clock or the console. */
export interface World {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: () => string;
  readonly now: () => Date;
  readonly version: () => string;
  readonly style: Style;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
}

export function composeWorld(): World {
  const { env, stdout, stderr } = process;
  const isColoured = stdout.isTTY && !env["NO_COLOR"] && env["TERM"] !== "dumb";
  return {
    argv: process.argv.slice(2),
    env,
    cwd: currentFolder,
    now: () => new Date(),
    version: readVersion,
    style: pc.createColors(isColoured),
    stdout: (text) => void stdout.write(text),
    stderr: (text) => void stderr.write(text),
  };
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
