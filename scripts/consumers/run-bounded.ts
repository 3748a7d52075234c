import { spawn } from "node:child_process";

const LONGEST_MILLISECONDS = 600_000;

export interface RunOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** What the command has printed on stdout. An error, with all that it has printed, when it fails or takes minutes. */
export async function runBounded(
  command: string,
  args: readonly string[],
  options: RunOptions,
): Promise<string> {
  const child = spawn(command, args, {
    ...options,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: LONGEST_MILLISECONDS,
    // npm is a script that only a shell finds on Windows; the arguments here are all our own.
    shell: process.platform === "win32" && command === "npm",
  });
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => (output[stream] += text));
  }
  const ending = await new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? signal));
  });
  if (ending === 0) return output.stdout;
  const line = [command, ...args].join(" ");
  throw new Error(`${line}\nended with ${ending}\n${output.stdout}${output.stderr}`.trimEnd());
}
