import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { COMMANDS } from "../src/command-table.ts";

const code = fileURLToPath(new URL("../dist/code/", import.meta.url));

function runNode(...args: string[]) {
  const cwd = temporaryFolder();
  const { PATH = "" } = process.env;
  const options = { cwd, env: { PATH, HOME: cwd }, encoding: "utf8", timeout: 60_000 } as const;
  return spawnSync(process.execPath, args, options);
}

/** Each in a process of its own: files that load each other are wrong in one order, and right in another. */
test("every file of the bundle can be the first that is loaded", () => {
  const files = readdirSync(code).filter((name) => name !== "cabinet.cjs");
  expect(files).toContain("yaml.cjs");
  for (const name of files) {
    const path = JSON.stringify(join(code, name));
    const { status, stdout, stderr } = runNode("-e", `require(${path})`);
    expect({ name, status, stdout, stderr }).toEqual({ name, status: 0, stdout: "", stderr: "" });
  }
});

test("every command of the bundle is loaded, and nothing is said about it", () => {
  for (const { words } of COMMANDS) {
    const { status, stdout, stderr } = runNode(join(code, "cabinet.cjs"), ...words, "--help");
    expect({ words, status, stderr }).toEqual({ words, status: 0, stderr: "" });
    expect(stdout).toContain(`cabinet ${words.join(" ")}`);
  }
});
