import { fileURLToPath } from "node:url";

import { expect } from "vitest";

import { endOf, runTypeScript } from "../../../../test/run-typescript.ts";
import type * as sessionPlans from "../../src/session-plans/index.ts";

const program = fileURLToPath(new URL("../programs/plan-ask.ts", import.meta.url));

// Far more than it takes: what is not done by then never will be.
const PATIENCE_MILLISECONDS = 50_000;

type Call = readonly [name: keyof typeof sessionPlans, ...args: unknown[]];

/** What these calls give in a process of their own that has seen nothing before. */
export async function askProcess(...calls: readonly Call[]): Promise<unknown[]> {
  const asked = calls.map(([name, ...args]) => ({ name, args }));
  const options = { timeout: PATIENCE_MILLISECONDS, killSignal: "SIGKILL" } as const;
  const child = runTypeScript(program, [JSON.stringify(asked)], options);
  const { stdout, ...ending } = await endOf(child);
  expect(ending).toEqual({ code: 0, signal: null, stderr: "" });
  return JSON.parse(stdout);
}
