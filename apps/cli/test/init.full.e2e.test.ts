import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { write } from "../../opencode-plugin/test/harness/calls.ts";
import {
  packPlugin,
  PLUGIN_NAME,
  registryEnv,
} from "../../opencode-plugin/test/harness/packed-plugin.ts";
import {
  builtPlugin,
  client,
  openScenario,
  type Scenario,
} from "../../opencode-plugin/test/harness/scenario.ts";

/** A client that knows of no plugin but what the repository's own configuration names. */
function openRepository(files: Readonly<Record<string, string>>): Promise<Scenario> {
  const turns = [{ tools: [write(".ai/plan-demo.md", "# Demo\n")] }, { text: "done" }];
  return openScenario({ turns, plugins: [], files, env: registryEnv() });
}

/** The plan that the agent writes is filed: the plugin was loaded, and nobody complains. */
async function assertPluginWorks(scenario: Scenario): Promise<void> {
  const { code, sessionID, stderr } = await scenario.run("plan it");
  expect([code, stderr]).toEqual([0, expect.not.stringMatching(/config|invalid/i)]);
  const { plans } = (await scenario.cabinet("plans")).data;
  expect(plans).toMatchObject([{ plan: "demo", sessionID }]);
}

describe.skipIf(client === undefined)("a repository that was set up, in the real client", () => {
  test("an entry that was there is left alone, and works as before", async () => {
    const spec = `${PLUGIN_NAME}@file:${packPlugin()}`;
    const text = `{\n  // mine\n  "plugin": [${JSON.stringify(spec)}],\n}\n`;
    const scenario = await openRepository({ "opencode.jsonc": text });
    const { data } = await scenario.cabinet("init");
    const path = join(scenario.repository, "opencode.jsonc");
    expect(data.plugin).toEqual({ state: "present", path });
    expect(readFileSync(path, "utf8")).toBe(text);
    await assertPluginWorks(scenario);
  });

  test("what init has written is read by the client", async () => {
    const scenario = await openRepository({});
    const { data } = await scenario.cabinet("init");
    expect(data.plugin.state).toBe("added");
    const path = join(scenario.repository, "opencode.json");
    // Where the package is not published, its file stands in for its name.
    const text = readFileSync(path, "utf8").replace(
      `"${PLUGIN_NAME}"`,
      JSON.stringify(builtPlugin),
    );
    writeFileSync(path, text);
    await assertPluginWorks(scenario);
    expect((await scenario.cabinet("init")).data.plugin).toEqual({ state: "present", path });
  });

  test("what init has added to a configuration with comments is read by the client", async () => {
    const own =
      '// mine\r\n{\r\n\t"plugin": [\r\n\t\t// none yet\r\n\t],\r\n\t"share": "disabled", // so\r\n}\r\n';
    const scenario = await openRepository({ ".opencode/opencode.jsonc": own });
    await scenario.cabinet("init");
    const path = join(scenario.repository, ".opencode/opencode.jsonc");
    const text = readFileSync(path, "utf8").replace(
      `"${PLUGIN_NAME}"`,
      JSON.stringify(builtPlugin),
    );
    expect(text).toContain(builtPlugin);
    writeFileSync(path, text);
    await assertPluginWorks(scenario);
  });
});
