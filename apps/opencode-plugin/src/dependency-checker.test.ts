import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { endOf, runTypeScript } from "../../../test/run-typescript.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { watchedClient } from "../test/support/watched-client.ts";
import { DependencyChecker, missingDependencies, missingSentence } from "./dependency-checker.ts";

const BUILD = `@lmdb/lmdb-${process.platform}-${process.arch}`;

/** A plugin in a folder with these packages installed, each in a folder of its own below `node_modules`. */
function pluginWith(...packages: readonly string[]): string {
  const folder = temporaryFolder();
  for (const name of packages) {
    const place = join(folder, "node_modules", name);
    mkdirSync(place, { recursive: true });
    const manifest = { name: name.replace(/^.*node_modules\//, ""), main: "index.js" };
    writeFileSync(join(place, "package.json"), JSON.stringify(manifest));
    // It is looked for, and not loaded.
    writeFileSync(join(place, "index.js"), "throw new Error('loaded');");
  }
  return join(folder, "plugin.js");
}

const program = fileURLToPath(new URL("../test/programs/tell-missing.ts", import.meta.url));

/** As told by a process of its own: what a runner of tests is told by `NODE_PATH` is beside every folder. */
async function toldMissing(plugins: readonly string[]): Promise<unknown> {
  const env = { PATH: process.env["PATH"], HOME: temporaryFolder() };
  const { code, stdout, stderr } = await endOf(runTypeScript(program, plugins, { env }));
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout);
}

test("LMDB is looked for, and its build for this platform, and neither is loaded", async () => {
  const cases: readonly (readonly [packages: string[], missing: string[]])[] = [
    [["lmdb", BUILD], []],
    [["lmdb", `lmdb/node_modules/${BUILD}`], []],
    [[], ["lmdb"]],
    [[BUILD], ["lmdb"]],
    [["lmdb"], [BUILD]],
    [["lmdb", "@lmdb/lmdb-none-none"], [BUILD]],
  ];
  const told = await toldMissing(cases.map(([packages]) => pluginWith(...packages)));
  expect(told).toEqual(cases.map(([, missing]) => missing));
});

test("what is missing is said, and what to do about it", () => {
  const sentence = missingSentence(["a", "b"]);
  expect(sentence).toMatch(/agents are not tracked, for a and b is not installed/);
  expect(sentence).toMatch(/Install the plugin again, with optional packages/);
});

test("here nothing is missing, and then nobody is told anything", async () => {
  const { client, logged, toasts } = watchedClient();
  expect(missingDependencies()).toEqual([]);
  for (const one of [client, null, undefined]) {
    expect(await new DependencyChecker(one).validate()).toBe(true);
  }
  expect([...logged, ...toasts]).toEqual([]);
});
