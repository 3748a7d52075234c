import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";
import { expect, test } from "vitest";

import { endOf } from "../../../test/run-typescript.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { LMDBDatabase } from "../src/lmdb/lmdb-database.ts";
import { flushCommand } from "./support/flush-command.ts";

const host = fileURLToPath(new URL("programs/bundled-host.ts", import.meta.url));

/** The host in one file, and what it says when it runs with these arguments. */
async function runBundled(format: "cjs" | "esm", args: readonly string[]): Promise<string[]> {
  const file = join(temporaryFolder(), format === "cjs" ? "host.cjs" : "host.mjs");
  // That a file of CommonJS has no `import.meta` is what is tried here.
  const logOverride = { "empty-import-meta": "silent" } as const;
  const conditions = ["@x/source"];
  await build({
    entryPoints: [host],
    outfile: file,
    bundle: true,
    platform: "node",
    target: "node20",
    format,
    conditions,
    logOverride,
  });
  const child = spawn(process.execPath, [file, ...args], { stdio: "pipe", timeout: 60_000 });
  const { code, stdout, stderr } = await endOf(child);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout.trim().split("\n");
}

test.each(["cjs", "esm"] as const)(
  "a host in one file (%s) flushes by the program that it names",
  async (format) => {
    const path = join(temporaryFolder(), "agents.lmdb");
    expect(await runBundled(format, [path, ...flushCommand()])).toEqual(["[]"]);
    const database = new LMDBDatabase(path);
    expect(await database.getAgent("build")).toMatchObject({ experience_points: 1 });
    await database.close();
  },
);

test.each(["cjs", "esm"] as const)(
  "a host in one file (%s) that names no program is told to do so, and nothing that was noted is lost",
  async (format) => {
    const path = join(temporaryFolder(), "agents.lmdb");
    const [left = "", errors = ""] = await runBundled(format, [path]);
    expect(left).toBe("TRACKER_FLUSH_FAILED");
    expect(errors).toMatch(/TRACKER_FLUSH_FAILED: .*named in `command`/);
    const database = new LMDBDatabase(path);
    await database.applyJournals(`${path}.journals`);
    expect(await database.getAgent("build")).toMatchObject({ experience_points: 1 });
    await database.close();
  },
);

test("no bundler takes the program that flushes for a file that it is to bring along", () => {
  const source = readFileSync(new URL("../src/host/own-program.ts", import.meta.url), "utf8");
  const start = readFileSync(new URL("../src/host/start-child.ts", import.meta.url), "utf8");
  // By this expression they know one.
  const asset = /new URL\([^;]*import\.meta\.url/;
  expect([asset.test(source.replaceAll(/^ *\/\/.*$/gm, "")), asset.test(start)]).toEqual([
    false,
    false,
  ]);
});
