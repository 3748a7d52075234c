import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { expect, onTestFinished, test } from "vitest";

import { runTypeScript } from "../../../test/run-typescript.ts";
import { firstOutput } from "../../../test/start-together.ts";
import { isLongTier } from "../../../test/tier.ts";
import type { CrashState } from "./torture/crash-states.ts";
import { DiskImage, type FileSystem } from "./torture/disk-image.ts";
import { DOUBLES, HISTORIES, type History, pathIn } from "./torture/histories.ts";
import { untilStopped } from "./until-stopped.ts";

const program = fileURLToPath(new URL("programs/make-history.ts", import.meta.url));
const CUTS = 8;
const LONGEST_STEP_MILLISECONDS = 12;

/** The process stands still with so many of its steps done; the last one may be under way. */
async function makeSteps(
  child: ChildProcess,
  steps: number,
  isCutInside: boolean,
): Promise<number> {
  let done = 0;
  child.stdout?.on("data", (lines: Buffer) => (done += lines.toString().split("\n").length - 1));
  for (let step = 1; step <= steps; step += 1) {
    const said = child.stdout && once(child.stdout, "data");
    child.stdin?.write("\n");
    await said;
  }
  if (isCutInside) child.stdin?.write("\n");
  // Where in the step, chance decides.
  await delay(isCutInside ? Math.random() * LONGEST_STEP_MILLISECONDS : 0);
  child.kill("SIGSTOP");
  await untilStopped(child.pid);
  // What it has said is here in the next turn.
  await delay(1);
  return done;
}

/** Cuts the power after so many steps, and tells what is wrong with what is left. */
async function cut(
  kind: FileSystem,
  name: string,
  history: History,
  steps: number,
): Promise<string | undefined> {
  const disk = new DiskImage(kind);
  const path = pathIn(disk.folder, history);
  history.prepare(path);
  disk.sync();
  const child = runTypeScript(program, [name, disk.folder]);
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = once(child, "exit");
  await firstOutput(child);
  const isCutInside = steps < history.steps.length && Math.random() < 0.5;
  const acknowledged = await makeSteps(child, steps, isCutInside);
  const snapshot = disk.snapshot();
  child.kill("SIGKILL");
  await ended;
  disk.restart(snapshot);
  const fault = history.faultOf(path, stateIn(disk.folder, acknowledged));
  disk.unmount();
  return fault;
}

function stateIn(folder: string, acknowledged: number): CrashState {
  const paths = fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => join(entry.parentPath, entry.name));
  const read = (path: string): Uint8Array | undefined => {
    try {
      return fs.lstatSync(path).isFile() ? fs.readFileSync(path) : undefined;
    } catch {
      // There is none, or none that can be read: lost, in both cases.
      return undefined;
    }
  };
  return { paths, read, acknowledged, after: 0 };
}

function cannotMount(kind: FileSystem): string | undefined {
  if (!isLongTier) return "images are only cut in the long tier";
  try {
    new DiskImage(kind).unmount();
    return undefined;
  } catch {
    // Neither the tools nor the right can be asked for in another way.
    return `no file system of that kind can be made and mounted here`;
  }
}

const kinds: readonly FileSystem[] = ["ext4", "ext4 without a journal", "xfs", "btrfs"];

test.for(kinds)(
  "on %s, a power cut takes an acknowledged write from who does not sync the folder",
  async (kind, { skip, annotate }) => {
    const reason = cannotMount(kind);
    if (reason !== undefined) return skip(reason);
    const name = "without a sync of the folder";
    const history = DOUBLES[name];
    const faults: (string | undefined)[] = [];
    for (let time = 0; time < CUTS; time += 1) faults.push(await cut(kind, name, history, 1));
    const lost = faults.filter((fault) => fault !== undefined).length;
    await annotate(`${kind}: lost ${lost} of ${CUTS}`, "power cut");
    expect(lost).toBeGreaterThan(0);
  },
);

test.for(kinds.flatMap((kind) => Object.keys(HISTORIES).map((name) => [kind, name] as const)))(
  "on %s, a power cut during or after %s breaks no promise",
  async ([kind, name], { skip }) => {
    const reason = cannotMount(kind);
    if (reason !== undefined) return skip(reason);
    const history = HISTORIES[name];
    if (history === undefined) throw new Error(`there is no history ${name}`);
    const faults: string[] = [];
    for (let time = 0; time < CUTS; time += 1) {
      const fault = await cut(kind, name, history, time % (history.steps.length + 1));
      if (fault !== undefined) faults.push(fault);
    }
    expect(faults).toEqual([]);
  },
);
