import type { ChildProcess, StdioOptions } from "node:child_process";
import { fileURLToPath } from "node:url";

import { type Ending, endOf, runTypeScript } from "../../../test/run-typescript.ts";

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly program?: "cabinet" | "cabinet-without-privileges";
}

/** Starts `cabinet` from sources in that folder, in a process of its own. */
export function startCabinet(
  cwd: string,
  args: readonly string[],
  { env = {}, program = "cabinet" }: CommandOptions = {},
  stdio: StdioOptions = "pipe",
): ChildProcess {
  const file = fileURLToPath(new URL(`programs/${program}.ts`, import.meta.url));
  const { PATH = "" } = process.env;
  return runTypeScript(file, args, { cwd, stdio, env: { PATH, HOME: cwd, ...env } });
}

/** Runs it to its end. */
export function cabinet(...call: Parameters<typeof startCabinet>): Promise<Ending> {
  return endOf(startCabinet(...call));
}
