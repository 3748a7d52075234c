import type { ChildProcess } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect } from "vitest";

import { endOf, type Runtime, runTypeScript } from "../../../test/run-typescript.ts";
import { startTogether } from "../../../test/start-together.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";

const program = fileURLToPath(new URL("programs/update.ts", import.meta.url));

export interface Torture {
  /** The processes run on these in turn. */
  readonly runtimes: readonly Runtime[];
  readonly processes: number;
  readonly updates: number;
  /** `bare`, the known-bad double: atomic replacements without a lock. */
  readonly discipline: "updateJson" | "bare";
}

interface Life {
  readonly isKilled: boolean;
  readonly acknowledged: readonly string[];
}

export interface Report {
  readonly killed: number;
  /** Acknowledged updates that the file does not hold. */
  readonly lost: readonly string[];
  readonly madeTwice: number;
  /** Updates in the file that nobody acknowledged. */
  readonly unacknowledged: number;
  /** Processes that were not killed, and did not make all their updates. */
  readonly unfinished: number;
  /** What lies beside the file. */
  readonly leftovers: readonly string[];
}

/**
 * Lets processes update one JSON file, each so many times, kills half of them with -9 at some
 * moment, and tells what became of the updates.
 */
export async function killUpdaters(torture: Torture): Promise<Report> {
  const { runtimes, processes, updates, discipline } = torture;
  const file = join(temporaryFolder(), "ids.json");
  writeFileSync(file, "[]");
  const children = Array.from({ length: processes }, (_, index) => {
    const args = [file, String(updates), `p${index}`, discipline];
    return runTypeScript(program, args, {}, runtimes[index % runtimes.length]);
  });
  const lives = children.map((child, index) => live(child, index % 2 === 0 ? updates : 0));
  await startTogether(children);
  const all = await Promise.all(lives);

  const ids: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (!Array.isArray(ids)) throw new Error("the file does not hold what was written");
  const found = new Set(ids);
  const acknowledged = all.flatMap((life) => life.acknowledged);
  return {
    killed: all.filter(({ isKilled }) => isKilled).length,
    lost: acknowledged.filter((id) => !found.has(id)),
    madeTwice: ids.length - found.size,
    unacknowledged: found.size - acknowledged.length,
    unfinished: all.filter((life) => !life.isKilled && life.acknowledged.length < updates).length,
    leftovers: readdirSync(join(file, "..")).filter((name) => name !== "ids.json"),
  };
}

// What a kill leaves names its process, and stands in nobody's way.
const OURS = /^ids\.json\.(tmp\.\d+\.\d+\.\w{27}|lock|lock\.next)$|^\.\w{8}\.lock$/;

/** Every acknowledged update is there, none twice, and the others do all of theirs. */
export function expectNothingLost(report: Report): void {
  expect(report).toMatchObject({ lost: [], madeTwice: 0, unfinished: 0 });
  // Each process that was killed may have had one update under way.
  expect(report.unacknowledged).toBeLessThanOrEqual(report.killed);
  expect(report.leftovers.filter((name) => !OURS.test(name))).toEqual([]);
}

/** One process; with `updates` it is killed after some of them. */
async function live(child: ChildProcess, updates: number): Promise<Life> {
  const lastOne = updates > 0 ? Math.floor(Math.random() * (updates - 1)) : Infinity;
  let lines = 0;
  child.stdout?.on("data", (chunk: Buffer) => {
    lines += chunk.toString().split("\n").length - 1;
    // The first line says that it is ready.
    if (lines - 1 >= lastOne) child.kill("SIGKILL");
  });
  const { code, signal, stdout, stderr } = await endOf(child);
  const isKilled = signal === "SIGKILL";
  if (!isKilled) expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const complete = stdout.slice(0, stdout.lastIndexOf("\n"));
  return { isKilled, acknowledged: complete.split("\n").slice(1) };
}
