import { spawnSync } from "node:child_process";
import { join } from "node:path";

import { expect, test } from "vitest";

import { root } from "../scripts/workspace.mjs";
import { nodeRuntime } from "./run-typescript.ts";

test("the demo of npm start shows plans, leases and specs that processes leave to each other", () => {
  const args = [...nodeRuntime.flags, join(root, "scripts/demo.ts")];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect({ status, stdout, stderr }).toMatchObject({ status: 0 });
  expect(stdout).toMatch(/^login +created +ses_\w+ /m);
  expect(stdout).toMatch(/^search +created +ses_\w+ /m);
  expect(stderr).toMatch(/^warning: .*set aside/m);
  expect(stdout).toMatch(/^3 +open +dead /m);
  expect(stdout).toMatch(/^3 +crashed .*\n3 +open +/m);
  expect(stderr).toMatch(/^error: .*phase 3 /im);
  expect(stdout).toMatch(/^\[BLOCK\] phase 3 has an open lease of payments/m);
  expect(stdout).toMatch(/^Phase 2 is now done/m);
  expect(stdout).toMatch(/^spec +login \(active\)$/m);
});
