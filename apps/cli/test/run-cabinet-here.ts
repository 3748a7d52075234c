import type { ChildProcess, StdioOptions } from "node:child_process";
import { chmodSync, statSync } from "node:fs";

import type { TestContext } from "vitest";

import { endOf, runTypeScript } from "../../../test/run-typescript.ts";
import { composeWorld } from "../src/compose.ts";
import type { Host } from "../src/host.ts";
import { runCommandLine } from "../src/run-cabinet.ts";
import { PLAIN } from "../src/screen/style.ts";
import type { Run } from "./assert-failure.ts";
import { cabinetFile, type CabinetProgram } from "./cabinet-words.ts";

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
  host: Partial<Host> = {},
): Promise<Printed> {
  let stdout = "";
  let stderr = "";
  const world = composeWorld();
  const code = await runCommandLine({
    ...world,
    host: {
      ...world.host,
      hasTerminal: () => false,
      choose: undefined,
      drawLine: undefined,
      ...host,
    },
    argv: args,
    env,
    cwd: () => cwd,
    stdout: { write: (text) => void (stdout += text), style: PLAIN },
    stderr: { write: (text) => void (stderr += text), style: PLAIN },
  });
  return { code, stdout, stderr };
}

export interface ProcessOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly program?: CabinetProgram;
  readonly stdio?: StdioOptions;
}

/** Starts `cabinet` from sources in that folder, in a process of its own. */
export function startCabinet(
  cwd: string,
  args: readonly string[],
  { env = {}, program, stdio = "pipe" }: ProcessOptions = {},
): ChildProcess {
  const { PATH = "" } = process.env;
  return runTypeScript(cabinetFile(program), args, {
    cwd,
    stdio,
    env: { PATH, HOME: cwd, ...env },
  });
}

/** Runs `cabinet` as a user to whom permissions mean something, in a process; else skips the test. */
export function withoutPrivileges(context: TestContext): Run {
  return async (cwd, args) => {
    const ending = await endOf(startCabinet(cwd, args, { program: "cabinet-without-privileges" }));
    context.skip(ending.code === 77, `no other user can be here: ${ending.stderr}`);
    return ending;
  };
}

/** The same while nobody but root can read that file. The test itself can, before and after. */
export function whileUnreadable(path: string, run: Run): Run {
  return async (cwd, args) => {
    const { mode } = statSync(path);
    chmodSync(path, 0o000);
    const ending = await run(cwd, args).finally(() => chmodSync(path, mode));
    return ending;
  };
}
