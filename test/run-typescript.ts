import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";
import { fileURLToPath } from "node:url";

const runner = fileURLToPath(new URL("run-bundled.mjs", import.meta.url));

/** A program that runs TypeScript files of the workspace from sources. */
export interface Runtime {
  readonly name: string;
  readonly command: string;
  /** What stands before the file on its command line. */
  readonly flags: readonly string[];
}

/** The Node that runs the tests. */
export const nodeRuntime: Runtime = {
  name: `Node ${process.versions.node}`,
  command: process.execPath,
  flags: [runner],
};

/** Starts a TypeScript file of the workspace in a process of its own, from sources, without dist. */
export function runTypeScript(
  file: string,
  args: readonly string[],
  options: SpawnOptions = {},
  { command, flags }: Runtime = nodeRuntime,
): ChildProcess {
  return spawn(command, [...flags, file, ...args], options);
}

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What the process printed and how it ended. */
export function endOf(child: ChildProcess): Promise<Ending> {
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}
