import { spawn } from "node:child_process";
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";
import { expect, test } from "vitest";

import { endOf } from "../../../test/run-typescript.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";

const planning = fileURLToPath(new URL("..", import.meta.url));
const program = join(planning, "test", "programs", "bundled.ts");
const yaml = dirname(createRequire(import.meta.url).resolve("yaml/package.json"));

/** The program in one file, in a folder where it finds yaml. */
async function bundled(format: "cjs" | "esm"): Promise<string> {
  const root = temporaryFolder();
  const outfile = join(root, "code", format === "cjs" ? "bundle.cjs" : "bundle.mjs");
  await build({
    entryPoints: [program],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format,
    conditions: ["@x/source"],
    external: ["yaml"],
    // That a file of CommonJS has no `import.meta` is what is tried here.
    logOverride: { "empty-import-meta": "silent" },
  });
  mkdirSync(join(root, "node_modules"));
  symlinkSync(yaml, join(root, "node_modules", "yaml"), "junction");
  // What has to be parsed.
  writeFileSync(join(root, "spec.md"), '---\nname: "login"\n---\n');
  return root;
}

async function run(root: string, format: "cjs" | "esm"): Promise<unknown> {
  const file = join(root, "code", format === "cjs" ? "bundle.cjs" : "bundle.mjs");
  const args = [file, join(root, "spec.md")];
  const { stdout, stderr } = await endOf(spawn(process.execPath, args, { timeout: 60_000 }));
  expect(stderr).toBe("");
  return JSON.parse(stdout);
}

test.each(["cjs", "esm"] as const)(
  "in a bundle (%s) yaml is found from where the bundle is, and so are the flows",
  async (format) => {
    const root = await bundled(format);
    expect(await run(root, format)).toEqual({ name: "login", flow: "PLANNING_UNREADABLE" });
    cpSync(join(planning, "flows"), join(root, "flows"), { recursive: true });
    expect(await run(root, format)).toEqual({ name: "login", flow: "read" });
  },
);
