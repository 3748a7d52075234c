import type { ChildProcess } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, onTestFinished } from "vitest";

import { type Ending, endOf } from "../../../test/run-typescript.ts";
import { cabinet, startCabinet } from "./run-cabinet-here.ts";

/** How long a thing is waited for, on a machine that is busy with others. */
const PATIENCE = { timeout: 60_000, interval: 20 };

export interface LeaseRun {
  readonly child: ChildProcess;
  /** Of the command that runs under the lease, which is a shell. */
  readonly commandPid: number;
  /** What was printed on stderr so far. */
  readonly stderr: () => string;
  readonly ending: Promise<Ending>;
}

/**
 * Runs a shell script under a lease of phase 3, and waits until it has begun: `first` is before that, and
 * the first thing that the shell does. Both are gone afterwards.
 */
export async function runUnderLease(
  dir: string,
  options: readonly string[],
  script: string,
  first = ":",
): Promise<LeaseRun> {
  const line = ["--", "sh", "-c", `${first}; echo $$ > pid.part; mv pid.part pid; ${script}`];
  const child = startCabinet(dir, ["lease", "run", "3", ...options, ...line]);
  let stderr = "";
  child.stderr?.on("data", (data: Buffer) => (stderr += data.toString()));
  const ending = endOf(child);
  onTestFinished(async () => {
    child.kill("SIGKILL");
    if (existsSync(join(dir, "pid"))) kill(pidIn(dir));
    await ending;
  });
  await eventually(() => expect(existsSync(join(dir, "pid"))).toBe(true));
  return { child, commandPid: pidIn(dir), stderr: () => stderr, ending };
}

const UNTIL_GO = "until [ -e go ]; do sleep 0.05; done";

/** Runs a command until `go` is there, and lets a test send the heartbeats. */
export function runStepwise(dir: string, options: readonly string[] = [], exitCode = 0) {
  let tick: (() => void) | undefined;
  const host = {
    every: (_milliseconds: number, call: () => void) => {
      tick = call;
      return () => undefined;
    },
  };
  const script = `cd "${dir}"; ${UNTIL_GO}; exit ${exitCode}`;
  const args = ["lease", "run", "3", ...options, "--", "sh", "-c", script];
  const ending = cabinet(dir, args, {}, host);
  const go = (): void => writeFileSync(join(dir, "go"), "");
  // Nothing waits behind a test that has failed; how it ends is of interest to the test alone.
  onTestFinished(async () => {
    go();
    await ending.catch(() => undefined);
  });
  return {
    ending,
    tick: () => tick?.(),
    // The fourth one is a heartbeat, of which there are three in the ttl.
    beat: () => [1, 2, 3, 4].forEach(() => tick?.()),
    go,
    isRunning: () => eventually(() => expect(tick).toBeDefined()),
  };
}

/** Waits until what is asserted is so. */
export async function eventually(assertion: () => void | Promise<void>): Promise<void> {
  const isSo = async (): Promise<string> => {
    try {
      await assertion();
      return "";
    } catch (error) {
      return String(error);
    }
  };
  await expect.poll(isSo, PATIENCE).toBe("");
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function kill(pid: number): void {
  if (isRunning(pid)) process.kill(pid, "SIGKILL");
}

function pidIn(dir: string): number {
  return Number(readFileSync(join(dir, "pid"), "utf8"));
}
