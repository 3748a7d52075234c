import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { packPackages } from "../scripts/pack-packages.mjs";
import { temporaryFolder } from "./temporary-folder.ts";

/** What a consumer of the packages writes; it prints what it found. */
const CONSUMER = `
import { readFile } from "node:fs/promises";
import { writeFileAtomic } from "@x/atomic-fs";
import { findRoots } from "@x/registry-core/workspace";
import { lookupPlan, registerPlan } from "@x/registry-core/session-plans";
import { openLmdbStore } from "@x/lmdb-store";
import { collection } from "@x/registry-core";
import { getPlanningDir } from "@x/planning";
import { applyScoreEvent, createAgentScore } from "@x/tracker";
import plugin from "@x/opencode-plugin/server";
import { EnvProtection } from "@x/opencode-plugin/hooks";

const dir = process.cwd();
await writeFileAtomic(".ai/plan-packed.md", "# Packed\\n");
await registerPlan(dir, "ses_66d1packed", "packed");
await writeFileAtomic(".ai/plan-hooked.md", "# Hooked\\n");
const hooks = await plugin.server({ directory: dir });
const args = { filePath: ".ai/plan-hooked.md" };
await hooks["tool.execute.after"]({ tool: "write", sessionID: "ses_66d1hooked", args });
await hooks.dispose();
const notes = collection("notes", { parse: String });
const store = await openLmdbStore("notes.lmdb", { collections: ["notes"] });
await store.transact([], () => ({ changes: [notes.put("a", "stored")], result: undefined }));
const stored = await store.get(notes.at("a"));
await store.close();
console.log(JSON.stringify({
  text: await readFile(".ai/plan-packed.md", "utf8"),
  plan: (await lookupPlan(dir, "ses_66d1packed"))?.plan,
  root: findRoots(dir).plans.path === dir,
  stored,
  planning: getPlanningDir("auth-fix", dir).startsWith(dir),
  isEnvFile: new EnvProtection().isEnvFile("app/.env"),
  experience: applyScoreEvent(createAgentScore(), { type: "commit" }).experience_points,
}));
`;

/** What the author of an engine writes: the suite with the test runner of Node, and what it opens. */
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

test("the packages, packed and installed outside the workspace, are imported and used", () => {
  const folder = temporaryFolder();
  const project = join(folder, "project");
  for (const name of ["tarballs", "project", "home"]) mkdirSync(join(folder, name));
  const packed = packPackages(join(folder, "tarballs"));
  const tarballs = Object.fromEntries(packed.map(({ name, tarball }) => [name, `file:${tarball}`]));
  writeFileSync(
    join(project, "package.json"),
    // The packages are not published yet: what one of them depends on is taken from here too.
    JSON.stringify({ private: true, type: "module", dependencies: tarballs, overrides: tarballs }),
  );
  writeFileSync(join(project, "consumer.js"), CONSUMER);
  const env = { ...process.env, HOME: join(folder, "home"), INIT_CWD: project };
  const install = ["install", "--no-audit", "--no-fund", "--loglevel=error"];
  execFileSync("npm", install, { cwd: project, env, shell: process.platform === "win32" });

  const options = { cwd: project, env, encoding: "utf8" } as const;
  const consumer = spawnSync(process.execPath, ["consumer.js"], options);
  expect(consumer.stderr).toBe("");
  expect(JSON.parse(consumer.stdout)).toEqual({
    text: "# Packed\n",
    plan: "packed",
    root: true,
    stored: "stored",
    planning: true,
    isEnvFile: true,
    experience: 5,
  });

  writeFileSync(join(project, "engine.js"), ENGINE);
  writeFileSync(join(project, "engine.test.js"), ENGINE_TEST);
  const suite = spawnSync(process.execPath, ["engine.test.js"], { cwd: project, encoding: "utf8" });
  expect(suite).toMatchObject({ status: 0, stderr: "", stdout: expect.stringMatching(/fail 0/) });

  const bin = join(project, "node_modules/.bin/cabinet");
  const listed = execFileSync(bin, ["plans", "--json"], {
    cwd: project,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  expect(JSON.parse(listed)).toMatchObject({
    ok: true,
    data: { plans: [{ plan: "packed" }, { plan: "hooked" }], untracked: [] },
  });
  expect(readFileSync(join(project, "node_modules/@x/cli/LICENSE"), "utf8")).toContain("MIT");
}, 180_000);
