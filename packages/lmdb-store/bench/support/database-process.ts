import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

import { endOf } from "../../../../test/run-typescript.ts";

const program = fileURLToPath(new URL("use-database.mjs", import.meta.url));

/** How many records were read, and the memory that was in use then, in bytes. */
export interface Usage {
  readonly read: number;
  /** The objects in use, and what they hold outside of JavaScript's heap. */
  readonly used: number;
  readonly resident: number;
}

/** Runs a process that reads from a database. `args`: the engine, the file, and what it is to read. */
export async function useDatabase(
  args: readonly string[],
  flags: readonly string[] = [],
): Promise<Usage> {
  const quiet = "--disable-warning=ExperimentalWarning";
  const { code, stdout, stderr } = await endOf(
    spawn(process.execPath, [quiet, ...flags, program, ...args]),
  );
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout);
}

/** Runs Node, and nothing in it. */
export async function runBareNode(): Promise<void> {
  await endOf(spawn(process.execPath, ["-e", "0"]));
}
