import type { ChildProcess, StdioOptions } from "node:child_process";
import { fileURLToPath } from "node:url";

import pc from "picocolors";

import { runTypeScript } from "../../../test/run-typescript.ts";
import { composeWorld } from "../src/compose.ts";
import { runCommandLine } from "../src/run-cabinet.ts";

interface Printed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `cabinet` in that folder, in this process, with that environment and no terminal. */
export async function cabinet(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Printed> {
  let stdout = "";
  let stderr = "";
  const style = pc.createColors(false);
  const code = await runCommandLine({
    ...composeWorld(),
    argv: args,
    env,
    cwd: () => cwd,
    stdout: { write: (text) => void (stdout += text), style },
    stderr: { write: (text) => void (stderr += text), style },
  });
  return { code, stdout, stderr };
}

export interface ProcessOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly program?: "cabinet" | "cabinet-without-privileges";
  readonly stdio?: StdioOptions;
}

/** Starts `cabinet` from sources in that folder, in a process of its own. */
export function startCabinet(
  cwd: string,
  args: readonly string[],
  { env = {}, program = "cabinet", stdio = "pipe" }: ProcessOptions = {},
): ChildProcess {
  const file = fileURLToPath(new URL(`programs/${program}.ts`, import.meta.url));
  const { PATH = "" } = process.env;
  return runTypeScript(file, args, { cwd, stdio, env: { PATH, HOME: cwd, ...env } });
}
