import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { onTestFinished } from "vitest";

import { runTypeScript } from "../../../test/run-typescript.ts";
import { startCabinet } from "./run-cabinet-here.ts";
import { BUILD } from "./tracked.ts";

/** A process that is killed by the test, or after it. */
interface Killable {
  readonly pid: number;
  readonly kill: () => Promise<void>;
}

function killable(child: ChildProcess): Killable {
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await exited;
  };
  onTestFinished(kill);
  return { pid: child.pid ?? 0, kill };
}

/** One that does nothing until then. */
export async function idleProcess(): Promise<Killable> {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  await once(child, "spawn");
  return killable(child);
}

/**
 * `cabinet` with a command of its own below, which waits until the test has ended. That runs by now, so `cabinet` has
 * what it holds, and none of the locks that it took for that.
 */
export async function holding(dir: string, ...words: readonly string[]): Promise<Killable> {
  const below = ["sh", "-c", "echo started; exec cat"];
  const child = startCabinet(dir, [...words, "--", ...below], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  // The command below ends when nobody can write to it any more.
  onTestFinished(() => void child.stdin?.end());
  const holder = killable(child);
  await started(child);
  return holder;
}

/** Until it prints something; rejects where it ends instead. */
async function started(child: ChildProcess): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    child.stdout?.once("data", () => resolve());
    child.once("exit", (code) => reject(new Error(`it has ended with ${code}`)));
  });
}

/** A host of the tracker that has journaled for its agent, and waits. */
export async function trackingHost(database: string): Promise<Killable> {
  const program = fileURLToPath(new URL("programs/track-until-killed.ts", import.meta.url));
  const child = runTypeScript(program, [database, BUILD], { stdio: ["ignore", "pipe", "inherit"] });
  const host = killable(child);
  await started(child);
  return host;
}
