import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { endOf, runTypeScript } from "../../../test/run-typescript.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { isLongTier } from "../../../test/tier.ts";
import { runScript, type Standing, standingOf, STEP_COUNT } from "./support/run-state-script.ts";

const MINUTES = 60_000;
// Of the calls that change the disk, one in so many is the last one of its executor.
const STRIDE = isLongTier ? 1 : 47;
const AT_ONCE = 2;

const program = fileURLToPath(new URL("programs/run-state-victim.ts", import.meta.url));

/** Runs the script in a process that is killed right before that call; 0: it is not. */
async function victim(folder: string, killAt: number) {
  const ending = await endOf(runTypeScript(program, [folder, String(killAt)]));
  const lines = ending.stdout.trim().split("\n");
  return { ...ending, steps: lines.filter((line) => /^\d+$/.test(line)), lines };
}

/** Where the run stands after each step, the opening at first. */
async function standings(): Promise<Standing[]> {
  const folder = join(temporaryFolder(), "run");
  const all: Standing[] = [];
  await runScript(folder, 0, async () => void all.push(await standingOf(folder)));
  return all;
}

/** An executor that is killed there leaves a run with which the next one goes on to the same end. */
async function assertGoesOn(killAt: number, model: readonly Standing[]): Promise<void> {
  const folder = join(temporaryFolder(), "run");
  const { signal, steps, stderr } = await victim(folder, killAt);
  expect({ signal, stderr }).toEqual({ signal: "SIGKILL", stderr: "" });
  const found = await standingOf(folder);
  const done = steps.length - 1;
  // The step under way was made, or it was not.
  const candidates = [done, done + 1].filter((step) => step in model);
  const at = candidates.find((step) => JSON.stringify(model[step]) === JSON.stringify(found));
  const isOpening = done === -1 && found.resume.kind === "nothing";
  expect(at ?? (isOpening ? 0 : found)).toBeTypeOf("number");
  await runScript(folder, at ?? 0);
  expect(await standingOf(folder)).toEqual(model.at(-1));
  const left = ["current-agent-id.txt", "executor.json", "executor.lock"];
  expect(left.filter((name) => existsSync(join(folder, name)))).toEqual([]);
}

test(
  "a run that is killed before any call goes on where detectResume says, to the same end",
  async () => {
    const model = await standings();
    expect(model).toHaveLength(STEP_COUNT + 1);
    const kinds = model.map(({ resume }) => resume.kind);
    expect(new Set(kinds)).toEqual(
      new Set(["nothing", "agent", "checkpoint", "between-plans", "clarification"]),
    );
    const whole = await victim(join(temporaryFolder(), "run"), 0);
    expect(whole).toMatchObject({ code: 0, stderr: "" });
    const calls = Number(/^calls (\d+)$/.exec(whole.lines.at(-1) ?? "")?.[1]);
    expect(calls).toBeGreaterThan(100);
    const first = 1 + Math.floor(Math.random() * STRIDE);
    const points = Array.from({ length: calls }, (_, index) => index + 1).filter(
      (call) => call >= first && (call - first) % STRIDE === 0,
    );
    for (let next = 0; next < points.length; next += AT_ONCE) {
      const some = points.slice(next, next + AT_ONCE);
      await Promise.all(some.map((call) => assertGoesOn(call, model)));
    }
  },
  20 * MINUTES,
);
