import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Runtime } from "../../test/run-typescript.ts";
import type { ConsumerProject } from "./consumer-project.ts";
import { runBounded } from "./run-bounded.ts";

/** What users do with a package and no example of its README shows. */
export interface OwnProgram {
  readonly title: string;
  readonly run: (project: ConsumerProject, runtime: Runtime) => Promise<void>;
}

export const OWN_PROGRAMS: Readonly<Record<string, OwnProgram>> = {
  "@x/cli": { title: "commands", run: useCommand },
  "@x/opencode-plugin": { title: "hooks", run: loadPlugin },
  "@x/registry-core": { title: "engine", run: testEngine },
};

/** A day with the command: set up, file a plan, hold a phase while something runs, keep a record, look at it all. */
async function useCommand(project: ConsumerProject, { command }: Runtime): Promise<void> {
  const checkout = mkdtempSync(join(project.folder, "checkout-"));
  const bin = join(project.folder, "node_modules/@x/cli/dist/code/cabinet.cjs");
  // A database for each runtime, so that each makes its own.
  const env = { ...project.env, HOME: checkout, USERPROFILE: checkout };
  const cabinet = async (...args: string[]) => {
    const printed = await runBounded(command, [bin, ...args, "--json"], { cwd: checkout, env });
    const { ok, data }: { ok: boolean; data: object } = JSON.parse(printed);
    if (!ok) throw new Error(`cabinet ${args.join(" ")} printed ${printed}`);
    return JSON.stringify(data);
  };
  await runBounded("git", ["init", "--quiet", checkout], { cwd: checkout, env });
  await cabinet("init");
  writeFileSync(join(checkout, ".ai/plan-login.md"), "# Login\n");
  await cabinet("plans", "adopt", "login", "--session", "ses_66d1");
  expectText(await cabinet("plans"), "ses_66d1");
  await cabinet("lease", "grant", "3", "--agent", "builder");
  expectText(await cabinet("lease", "list"), "builder");
  const agent = "build@anthropic/claude-sonnet-4";
  await cabinet("tracker", "journal", agent, "--task", "the login form", "--outcome", "done");
  expectText(await cabinet("tracker", "journal", agent), "the login form");
  expectText(await cabinet("status"), "builder");
  await cabinet("doctor");
}

const PLUGIN = `
import { mkdir, readFile, writeFile } from "node:fs/promises";
import plugin from "@x/opencode-plugin/server";

await mkdir(".ai", { recursive: true });
await writeFile(".ai/plan-login.md", "# Login\\n");
const hooks = await plugin.server({ directory: process.cwd() });
const args = { filePath: ".ai/plan-login.md" };
await hooks["tool.execute.after"]({ tool: "write", sessionID: "ses_66d1", args });
await hooks.dispose();
console.log(await readFile(".ai/.session-plans.json", "utf8"));
`;

/** The client loads the plugin by its default export, and calls its hooks. */
async function loadPlugin(project: ConsumerProject, { command }: Runtime): Promise<void> {
  const cwd = mkdtempSync(join(project.folder, "session-"));
  writeFileSync(join(cwd, "client.js"), PLUGIN);
  const env = { ...project.env, HOME: cwd, USERPROFILE: cwd };
  expectText(await runBounded(command, ["client.js"], { cwd, env }), "ses_66d1");
}

const ENGINE = `
import { join } from "node:path";
import { openJsonStore } from "@x/registry-core";

export const openStore = (folder) => openJsonStore(join(folder, "records.json"));
`;
const ENGINE_TEST = `
import { test } from "node:test";
import { testStore } from "@x/registry-core/testing";

const module = new URL("engine.js", import.meta.url);
testStore({ test, factory: { module }, supports: { durable: true, processes: true, sync: true } });
`;

/** The author of an engine has it tested, with the test runner of the runtime. */
async function testEngine(project: ConsumerProject, { name, command }: Runtime): Promise<void> {
  const cwd = join(project.folder, "engine");
  mkdirSync(cwd, { recursive: true });
  writeFileSync(join(cwd, "engine.js"), ENGINE);
  writeFileSync(join(cwd, "engine.test.js"), ENGINE_TEST);
  const flags = name === "Bun" ? ["test", "--timeout=300000"] : [];
  await runBounded(command, [...flags, "engine.test.js"], { cwd, env: project.env });
}

function expectText(text: string, expected: string): void {
  if (!text.includes(expected)) throw new Error(`${expected} is missing in ${text}`);
}
