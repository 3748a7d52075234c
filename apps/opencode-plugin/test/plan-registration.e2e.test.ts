import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";

import { expect, onTestFinished, test } from "vitest";

import { startModelServer, type Turn } from "./harness/model-server.ts";
import { type ClientRun, findClient, runClient } from "./harness/run-client.ts";
import { createSandbox, type Sandbox } from "./harness/sandbox.ts";

const root = new URL("../../../", import.meta.url);
const builtPlugin = fileURLToPath(new URL("apps/opencode-plugin/dist/index.js", root));
const cabinet = fileURLToPath(new URL("apps/cli/bin/cabinet.js", root));
const client = findClient();

const writesPlan: readonly Turn[] = [
  { tools: [{ name: "write", args: { filePath: ".ai/plan-demo.md", content: "# Demo plan\n" } }] },
  { text: "The plan is written." },
];

const PATCH = "*** Begin Patch\n*** Add File: .ai/plan-demo.md\n+# Demo plan\n*** End Patch";
const patchesPlan: readonly Turn[] = [
  { tools: [{ name: "apply_patch", args: { patchText: PATCH } }] },
  { text: "The plan is written." },
];

/** The real client runs the script, with these plugins, and ends. */
async function runScript(
  turns: readonly Turn[],
  plugins: readonly string[],
  model = "scripted",
): Promise<ClientRun & Sandbox> {
  if (client === undefined) throw new Error("there is no client for this platform");
  const server = await startModelServer(turns);
  onTestFinished(server.close);
  const sandbox = createSandbox({ modelUrl: server.url, plugins, model });
  onTestFinished(sandbox.destroy);
  const run = await runClient(client, "write the plan", sandbox);
  expect({ code: run.code, turns: server.turnsUsed() }).toEqual({ code: 0, turns: turns.length });
  return { ...run, ...sandbox };
}

async function listedPlans(repository: string): Promise<unknown> {
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, [cabinet, "plans", "--json"], { cwd: repository });
  return JSON.parse(stdout);
}

test.skipIf(client === undefined)(
  "an agent in the real client writes a plan; it is filed for the session, and cabinet lists it",
  async () => {
    expect(existsSync(builtPlugin), "the plugin is built").toBe(true);
    const { repository, sessionID } = await runScript(writesPlan, [
      pathToFileURL(builtPlugin).href,
    ]);
    expect(readFileSync(join(repository, ".ai/plan-demo.md"), "utf8")).toBe("# Demo plan\n");
    expect(sessionID).toMatch(/^ses_/);
    expect(await listedPlans(repository)).toMatchObject({
      ok: true,
      data: {
        plans: [{ plan: "demo", status: "created", sessionID, fileExists: true }],
        untracked: [],
      },
      warnings: [],
    });
  },
  90_000,
);

test.skipIf(client === undefined)(
  "an agent whose model is offered apply_patch instead: the same",
  async () => {
    const plugins = [pathToFileURL(builtPlugin).href];
    const { repository, sessionID } = await runScript(patchesPlan, plugins, "gpt-5-scripted");
    expect(await listedPlans(repository)).toMatchObject({
      data: { plans: [{ plan: "demo", sessionID, fileExists: true }], untracked: [] },
    });
  },
  90_000,
);

test.skipIf(client === undefined)(
  "without the plugin the same session leaves the plan untracked: the test above can fail",
  async () => {
    const { repository } = await runScript(writesPlan, []);
    expect(await listedPlans(repository)).toMatchObject({
      data: { plans: [], untracked: ["demo"] },
    });
  },
  90_000,
);
