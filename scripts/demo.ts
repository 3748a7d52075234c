// The guided demo of `npm start`: the product's main job, with the real parts, in a temporary
// repository and home. Runs the built command and the built plugin.
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { styleText } from "node:util";

import { startModelServer, type Turn } from "../apps/opencode-plugin/test/harness/model-server.ts";
import { findClient, runClient } from "../apps/opencode-plugin/test/harness/run-client.ts";
import { createSandbox, type Sandbox } from "../apps/opencode-plugin/test/harness/sandbox.ts";

const plugin = fileURLToPath(new URL("../apps/opencode-plugin/dist/index.js", import.meta.url));
const command = fileURLToPath(new URL("../apps/cli/bin/cabinet.js", import.meta.url));
const PLAN = "# Login\n\n1. Rate limit the form\n2. Lock out after ten failures\n";
const OTHER_SESSION = "ses_66d1a2b3c4d5AbCdEfGhIjKlMn";

const turns: readonly Turn[] = [
  { tools: [{ name: "write", args: { filePath: ".ai/plan-login.md", content: PLAN } }] },
  { text: "The plan is in .ai/plan-login.md." },
];

const isColoured = process.stdout.isTTY && !process.env["NO_COLOR"];

function styled(style: "bold" | "cyan", text: string): string {
  return isColoured ? styleText(style, text) : text;
}

function say(text = ""): void {
  process.stdout.write(`${text}\n`);
}

function step(number: number, title: string): void {
  say(`\n${styled("bold", `${number}. ${title}`)}`);
}

/** Runs the command as a person would, in a process of its own, and shows what it prints. */
function cabinet({ repository, env }: Sandbox, ...args: string[]): void {
  say(styled("cyan", `$ cabinet ${args.join(" ")}`));
  const options = { cwd: repository, env, stdio: "inherit" } as const;
  const { status } = spawnSync(process.execPath, [command, ...args], options);
  if (status !== 0) throw new Error(`cabinet ${args.join(" ")} ended with ${status}`);
}

async function agentWritesPlan(sandbox: Sandbox): Promise<void> {
  const client = findClient();
  if (client === undefined) {
    say("OpenCode has no build for this platform here: the plan is written without an agent,");
    say("and filed with the command instead of by the plugin.");
    mkdirSync(join(sandbox.repository, ".ai"));
    writeFileSync(join(sandbox.repository, ".ai/plan-login.md"), PLAN);
    cabinet(sandbox, "plans", "adopt", "login", "--session", "ses_66d0demo");
    return;
  }
  say("The real OpenCode client runs, offline: a script on loopback plays the model.");
  say(styled("cyan", '$ opencode run "plan the login"'));
  const { code, sessionID, stderr } = await runClient(client, "plan the login", sandbox);
  if (code !== 0) throw new Error(`the client ended with ${code}: ${stderr}`);
  say(`session ${sessionID} wrote .ai/plan-login.md; the plugin filed it for that session`);
}

async function demo(): Promise<void> {
  const server = await startModelServer(turns);
  const sandbox = createSandbox({ modelUrl: server.url, plugins: [pathToFileURL(plugin).href] });
  try {
    say(styled("bold", "Cabinet: the filing cabinet for coding agents"));
    say(`A git repository of its own: ${sandbox.repository}`);

    step(1, "An agent writes a plan");
    await agentWritesPlan(sandbox);

    step(2, "Another process reads it");
    cabinet(sandbox, "plans");

    step(3, "A plan that nobody filed is adopted for another session; both keep theirs");
    writeFileSync(join(sandbox.repository, ".ai/plan-search.md"), "# Search\n");
    cabinet(sandbox, "plans", "adopt", "search", "--session", OTHER_SESSION);
    cabinet(sandbox, "plans");

    step(4, "A registry damaged by a power cut is set aside, not overwritten");
    writeFileSync(join(sandbox.repository, ".ai/.session-plans.json"), Buffer.alloc(64));
    cabinet(sandbox, "plans", "adopt", "search", "--session", OTHER_SESSION);

    say("What the registry held is kept aside; until they are adopted, its plans are untracked.");
    cabinet(sandbox, "plans");

    say("\nIn your own repository: npm --silent --prefix <this folder> start -- plans");
  } finally {
    await server.close();
    sandbox.destroy();
  }
}

await demo();
