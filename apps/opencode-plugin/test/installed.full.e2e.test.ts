import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { bash, write } from "./harness/calls.ts";
import { packPlugin, PLUGIN_NAME, registryEnv } from "./harness/packed-plugin.ts";
import { agentsOf, client, openScenario, pluginFile, soon } from "./harness/scenario.ts";

test("the package has its build, README and licence, and needs nothing but LMDB", () => {
  const tarball = packPlugin();
  const tar = (...args: string[]): string => execFileSync("tar", args, { encoding: "utf8" });
  const names = tar("-tzf", tarball).trimEnd().split("\n");
  const others = names.filter((name) => !name.startsWith("package/dist/"));
  expect(others.toSorted()).toEqual([
    "package/LICENSE",
    "package/README.md",
    "package/package.json",
  ]);
  const manifest: Record<string, Record<string, unknown>> = JSON.parse(
    tar("-xzOf", tarball, "package/package.json"),
  );
  expect(Object.keys(manifest["dependencies"] ?? {})).toEqual(["lmdb"]);
  expect(manifest).not.toHaveProperty("peerDependencies");
  expect(manifest).not.toHaveProperty("optionalDependencies");
  for (const script of ["preinstall", "install", "postinstall"]) {
    expect(manifest["scripts"] ?? {}).not.toHaveProperty(script);
  }
  const code = tar("-xzOf", tarball, ...names.filter((name) => name.endsWith(".js")));
  expect(code).not.toMatch(/(?:\bfrom|\bimport\(?|\brequire\() ?["']@x\//);
});

describe.skipIf(client === undefined)("the package, installed by the client itself", () => {
  test("tracks where its options say, files plans, and lets no native code into the client", async () => {
    const scenario = await openScenario({
      turns: [
        { tools: [write(".ai/plan-demo.md", "# Demo\n"), bash("true")] },
        { text: "done" },
        { tools: [bash("true")] },
        { text: "and now", hangs: true },
      ],
      plugins: [[`${PLUGIN_NAME}@file:${packPlugin()}`, { databasePath: "~/records/agents.lmdb" }]],
      env: registryEnv(),
    });
    const { code, sessionID } = await scenario.run("work");
    expect(code).toBe(0);
    expect(scenario.log()).toEqual([]);
    expect((await scenario.cabinet("plans")).data).toMatchObject({
      plans: [{ plan: "demo", sessionID }],
      untracked: [],
    });
    const database = join(scenario.base, "home/records/agents.lmdb");
    // The plugin's own flush: nobody else knows of that database.
    expect(await soon(() => agentsOf(database)[0], "an agent on record")).toMatchObject({
      id: "build@local/scripted",
      experience_points: 2,
    });
    expect(agentsOf(scenario.database)).toEqual([]);
    if (process.platform !== "linux") return;
    const { child, kill, ended } = scenario.start("run", "--format", "json", "go on");
    await soon(() => (scenario.server.turnsUsed() === 4 ? true : undefined), "the last turn");
    expect(mappedLmdb(child.pid)).toEqual([]);
    kill();
    await ended;
    // It was at work in there.
    const { agents } = (await scenario.cabinet("tracker", "agents", "--database", database)).data;
    expect(agents).toMatchObject([{ experience_points: 3 }]);
  });

  test.runIf(process.platform === "linux")(
    "a plugin that loads native code is seen to: the test above can fail",
    async () => {
      const plugin = pluginFile(join(import.meta.dirname, "plugins/loads-lmdb.ts"));
      const scenario = await openScenario({ turns: [{ hangs: true }], plugins: [plugin] });
      const { child } = scenario.start("run", "--format", "json", "work");
      await soon(() => (scenario.server.turnsUsed() === 1 ? true : undefined), "the turn");
      expect(mappedLmdb(child.pid)).not.toEqual([]);
    },
  );
});

/** Files of LMDB that are in the memory of a process. */
function mappedLmdb(pid: number | undefined): string[] {
  const maps = readFileSync(`/proc/${pid}/maps`, "utf8");
  return maps.split("\n").filter((line) => line.includes("lmdb"));
}
