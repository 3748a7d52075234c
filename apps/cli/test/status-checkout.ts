import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { onTestFinished } from "vitest";

import { endOf, runTypeScript } from "../../../test/run-typescript.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import type { RepositoryStanding } from "../src/status/repository-standing.ts";
import { envelope } from "./assert-failure.ts";
import { cabinet, startCabinet } from "./run-cabinet-here.ts";
import { BUILD } from "./tracked.ts";

interface Told {
  readonly code: number;
  readonly data: RepositoryStanding;
  readonly warnings: readonly string[];
}

/** What `cabinet status --json` tells there, with a track record of its own; its text is printed as well. */
export async function told(
  dir: string,
  options: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Told> {
  const args = ["status", ...options, ...(options.includes("--database") ? [] : ownRecord())];
  const { code, stdout } = await cabinet(dir, [...args, "--json"], env);
  envelope(stdout);
  const { data, warnings }: { data: RepositoryStanding; warnings: { code: string }[] } =
    JSON.parse(stdout);
  return { code, data, warnings: warnings.map((warning) => warning.code) };
}

/** What people are shown there without a terminal. */
export async function page(
  dir: string,
  options: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const { stdout, stderr } = await cabinet(dir, ["status", ...options, ...ownRecord()], env);
  return { stdout, stderr };
}

function ownRecord(): string[] {
  return ["--database", join(temporaryFolder(), "agents.lmdb")];
}

/** A process that can be killed. */
export interface Killable {
  readonly pid: number;
  readonly kill: () => Promise<void>;
}

/** One that does nothing until then. */
export async function idleProcess(): Promise<Killable> {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("close", resolve));
  };
  onTestFinished(kill);
  await new Promise((resolve) => child.once("spawn", resolve));
  return { pid: child.pid ?? 0, kill };
}

/** `cabinet` with a command of its own below, which waits until the test has ended. */
export function holding(dir: string, ...words: readonly string[]): Killable {
  const child = startCabinet(dir, [...words, "--", "cat"], { stdio: ["pipe", "ignore", "ignore"] });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await exited;
  };
  onTestFinished(async () => {
    await kill();
    child.stdin?.end();
  });
  return { pid: child.pid ?? 0, kill };
}

/** A client that has journaled for its agent, and waits. */
export async function client(database: string): Promise<Killable> {
  const program = fileURLToPath(new URL("programs/track-until-killed.ts", import.meta.url));
  const child = runTypeScript(program, [database, BUILD], { stdio: "pipe" });
  const ended = endOf(child);
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
  };
  onTestFinished(kill);
  await new Promise((resolve) => child.stdout?.once("data", resolve));
  return { pid: child.pid ?? 0, kill };
}
