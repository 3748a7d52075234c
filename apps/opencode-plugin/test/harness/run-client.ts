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

// With a plugin that the client installs first.
const LIMIT_MILLISECONDS = 150_000;
const ENDING_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** A client that was started, the leader of a process group of its own. */
export interface RunningClient {
  readonly child: ChildProcess;
  /** How it ended, by itself or by the limit. Nothing it started is left then, but what has a group of its own. */
  readonly ended: Promise<ClientRun>;
  /** Kills it, and all that is in its group. */
  readonly kill: () => void;
}

/** Starts the client. It is ended after the limit, and when this process is told to end. */
export function startClient(
  client: string,
  args: readonly string[],
  { repository, env }: Pick<Sandbox, "repository" | "env">,
  limitMilliseconds = LIMIT_MILLISECONDS,
): RunningClient {
  // What it starts is ended with it.
  const child = spawn(client, args, {
    cwd: repository,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let isOver = false;
  const kill = (): void => {
    // Its number may be that of somebody else by then.
    if (!isOver) endGroup(child);
  };
  const timer = setTimeout(kill, limitMilliseconds);
  const endBoth = (signal: NodeJS.Signals): void => {
    kill();
    process.kill(process.pid, signal);
  };
  for (const signal of ENDING_SIGNALS) process.once(signal, endBoth);
  const ended = endOf(child)
    .then((ending) => ({ ...ending, sessionID: /"sessionID":"([^"]+)"/.exec(ending.stdout)?.[1] }))
    .finally(() => {
      clearTimeout(timer);
      for (const signal of ENDING_SIGNALS) process.off(signal, endBoth);
      kill();
      isOver = true;
    });
  return { child, ended, kill };
}

/** Runs one prompt, or one command (`{ command, prompt }`), through `opencode run`, to its end or the limit. */
export async function runClient(
  client: string,
  prompt: string | PromptRequest,
  sandbox: Pick<Sandbox, "repository" | "env">,
  limitMilliseconds = LIMIT_MILLISECONDS,
): Promise<ClientRun> {
  return startClient(client, runArguments(prompt), sandbox, limitMilliseconds).ended;
}

export interface PromptRequest {
  readonly prompt: string;
  /** A slash command, without the slash; then the prompt is its argument. */
  readonly command?: string;
  /** Goes on with that session. */
  readonly session?: string;
}

export function runArguments(request: string | PromptRequest): string[] {
  const { prompt, command, session }: PromptRequest =
    typeof request === "string" ? { prompt: request } : request;
  return [
    "run",
    "--format",
    "json",
    ...(session === undefined ? [] : ["--session", session]),
    ...(command === undefined ? [] : ["--command", command]),
    ...(prompt === "" ? [] : [prompt]),
  ];
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Nobody of the group is left, as it should be.
  }
}
