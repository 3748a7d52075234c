import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { type Ending, endOf } from "../../../../test/run-typescript.ts";
import type { Sandbox } from "./sandbox.ts";

export interface ClientRun extends Ending {
  /** The session that the client created, from its own output. */
  readonly sessionID: string | undefined;
}

/**
 * The real client's binary, from the platform's package of `opencode-ai`; undefined where there is
 * none for this platform. On Linux x64 there is one: an installation without it is broken, and that
 * is an error.
 */
export function findClient(): string | undefined {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = process.platform === "win32" ? "opencode.exe" : "opencode";
  try {
    const main = createRequire(import.meta.url).resolve("opencode-ai/package.json");
    const manifest = `opencode-${platform}-${process.arch}/package.json`;
    return join(dirname(createRequire(main).resolve(manifest)), "bin", name);
  } catch (error) {
    if (process.platform === "linux" && process.arch === "x64") throw error;
    // The client has no build for this platform, or the lock file names none.
    return undefined;
  }
}

const ENDING_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs one prompt through `opencode run`, to its end or the limit, or until this process is told to
 * end. Nothing it started is left.
 */
export async function runClient(
  client: string,
  prompt: string,
  { repository, env }: Sandbox,
  limitMilliseconds = 60_000,
): Promise<ClientRun> {
  // The leader of a group of its own: what it starts is ended with it.
  const child = spawn(client, ["run", "--format", "json", prompt], {
    cwd: repository,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const timer = setTimeout(() => endGroup(child), limitMilliseconds);
  const endBoth = (signal: NodeJS.Signals): void => {
    endGroup(child);
    process.kill(process.pid, signal);
  };
  for (const signal of ENDING_SIGNALS) process.once(signal, endBoth);
  try {
    const ending = await endOf(child);
    return { ...ending, sessionID: /"sessionID":"([^"]+)"/.exec(ending.stdout)?.[1] };
  } finally {
    clearTimeout(timer);
    for (const signal of ENDING_SIGNALS) process.off(signal, endBoth);
    endGroup(child);
  }
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Nobody of the group is left, as it should be.
  }
}
