import fs from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, onTestFinished, test } from "vitest";

import { endOf, runTypeScript } from "../../../test/run-typescript.ts";
import { firstOutput } from "../../../test/start-together.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { crashStates, type DiskEvent } from "./torture/crash-states.ts";
import { diskEvents } from "./torture/disk-events.ts";
import { DOUBLES, HISTORIES, type History, pathIn } from "./torture/histories.ts";
import { cannotTrace, Tracer } from "./torture/strace.ts";

const program = fileURLToPath(new URL("programs/make-history.ts", import.meta.url));

interface Recording {
  readonly folder: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly events: readonly DiskEvent[];
}

/** Lets a process make the history, and tells what it asked of the disk. */
async function record(name: string, history: History): Promise<Recording> {
  const folder = temporaryFolder();
  history.prepare(pathIn(folder, history));
  const names = fs.readdirSync(folder).map((file) => join(folder, file));
  const files = new Map(names.map((path) => [path, fs.readFileSync(path)]));
  const child = runTypeScript(program, [name, folder]);
  onTestFinished(() => void child.kill("SIGKILL"));
  await firstOutput(child);
  if (child.pid === undefined) throw new Error("there is no process");
  const tracer = await Tracer.attach(child.pid, join(temporaryFolder(), "log"), { isFull: true });
  const ending = endOf(child);
  child.stdin?.end("\n".repeat(history.steps.length));
  expect(await ending).toMatchObject({ code: 0, stderr: "" });
  return { folder, files, events: diskEvents(await tracer.end(), folder) };
}

interface Examined {
  readonly states: number;
  readonly faults: readonly string[];
}

async function examine(name: string, history: History): Promise<Examined> {
  const { folder, files, events } = await record(name, history);
  const steps = events.filter(({ kind }) => kind === "acknowledged").length;
  expect(steps).toBe(history.steps.length);
  let states = 0;
  const faults = new Set<string>();
  for (const state of crashStates(folder, files, events)) {
    states += 1;
    const fault = history.faultOf(pathIn(folder, history), state);
    if (fault !== undefined) faults.add(fault);
  }
  return { states, faults: [...faults] };
}

test.for([
  ["without a sync of the file", "torn"],
  ["without a sync of the folder", "an acknowledged write is lost"],
] as const)(
  "the states after a power cut show what a write %s does wrong",
  async ([name, fault], { skip }) => {
    if (cannotTrace !== undefined) return skip(cannotTrace);
    expect((await examine(name, DOUBLES[name])).faults).toContain(fault);
  },
);

test.for(Object.entries(HISTORIES))(
  "no state that the calls of %s allow after a power cut breaks its promise",
  async ([name, history], { skip, annotate }) => {
    if (cannotTrace !== undefined) return skip(cannotTrace);
    const { states, faults } = await examine(name, history);
    await annotate(`${name}: ${states} states`, "power loss");
    expect(faults).toEqual([]);
    expect(states).toBeGreaterThan(10);
  },
);
