import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { COMMANDS } from "../src/command-table.ts";

const cabinet = fileURLToPath(new URL("../dist/code/cabinet.cjs", import.meta.url));

/** Each in a process of its own: files that load each other are wrong in one order, and right in another. */
test("every command of the bundle is loaded, and nothing is said about it", () => {
  const cwd = temporaryFolder();
  const { PATH = "" } = process.env;
  for (const { words } of COMMANDS) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [cabinet, ...words, "--help"], {
      cwd,
      env: { PATH, HOME: cwd },
      encoding: "utf8",
      timeout: 20_000,
    });
    expect({ words, status, stderr }).toEqual({ words, status: 0, stderr: "" });
    expect(stdout).toContain(`cabinet ${words.join(" ")}`);
  }
}, 120_000);
