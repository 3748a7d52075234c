import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { listPlans } from "@x/registry-core/session-plans";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import type { CommandOutput } from "../../src/opencode.ts";

/** A project with a plan of each name, `# <name>`, in a fresh folder. */
export function projectWithPlans(...names: readonly string[]): string {
  const dir = temporaryFolder();
  mkdirSync(join(dir, ".ai"));
  for (const name of names) writeFileSync(join(dir, `.ai/plan-${name}.md`), `# ${name}\n`);
  return dir;
}

/** What is registered: `<session>: <plan> <status>`. */
export async function registeredIn(dir: string): Promise<string[]> {
  const rows = await listPlans(dir);
  return rows.map(({ sessionID, plan, status }) => `${sessionID}: ${plan} ${status}`);
}

/** What the model gets for a command, of which it has the template at first, and a file. */
export async function toldFor(
  hook: (call: Call, output: CommandOutput) => void | Promise<void>,
  { command, typed = "", sessionID = "ses_a111111" }: Request,
): Promise<{ readonly text: string; readonly parts: CommandOutput["parts"] }> {
  const parts: CommandOutput["parts"] = [FILE, { type: "text", text: TEMPLATE }];
  await hook({ command, sessionID, arguments: typed }, { parts });
  return { text: parts.find(({ type }) => type === "text")?.text ?? "", parts };
}

interface Call {
  readonly command: string;
  readonly sessionID: string;
  readonly arguments: string;
}

interface Request {
  readonly command: string;
  /** Behind the command. */
  readonly typed?: string;
  readonly sessionID?: string;
}

export const FILE = { type: "file", url: "file:///a.txt" };
export const TEMPLATE = "the template";
