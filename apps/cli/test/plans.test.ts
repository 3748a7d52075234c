import { mkdirSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { endOf } from "../../../test/run-typescript.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { assertFailure, envelope, type Failure } from "./assert-failure.ts";
import { checkout, SESSION, writeRegistryText } from "./checkout.ts";
import { cabinet, startCabinet } from "./run-cabinet-here.ts";
import { cellsOf } from "./table-cells.ts";

test("a plan that one process filed is listed by another, from a subfolder too", async () => {
  const dir = checkout(["demo", "later"]);
  const adopt = ["plans", "adopt", "demo", "--session", SESSION];
  const filed = await endOf(startCabinet(dir, adopt));
  expect(filed).toMatchObject({ code: 0, stderr: "" });
  expect(filed.stdout).toBe(`Filed plan demo for session ${SESSION}.\n`);

  const listing = startCabinet(join(dir, "src/deep"), ["plans", "--json"]);
  const { code, stdout, stderr } = await endOf(listing);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(envelope(stdout)).toMatchObject({
    ok: true,
    data: {
      root: { path: dir, rule: "marker" },
      plans: [{ plan: "demo", status: "created", sessionID: SESSION, fileExists: true }],
      untracked: ["later"],
    },
  });

  rmSync(join(dir, ".ai/plan-demo.md"));
  const shown = await cabinet(dir, ["plans"]);
  expect(cellsOf(shown.stdout)).toEqual([
    ["PLAN", "STATUS", "SESSION", "CREATED"],
    ["demo", "created, file missing", SESSION, expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/)],
    ["later", "untracked", "-", "-"],
  ]);
});

test("nothing to list is no failure, and creates nothing", async () => {
  const dir = temporaryFolder();
  mkdirSync(join(dir, ".git"));
  const { code, stdout, stderr } = await cabinet(dir, ["plans"]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: "No plans found.\n" });
  expect(stderr).toContain(".ai/plan-<name>.md");
  expect((await cabinet(dir, ["plans", "--quiet"])).stderr).toBe("");
  expect(readdirSync(dir)).toEqual([".git"]);
});

const failures: readonly Failure[] = [
  {
    title: "a missing folder",
    args: ["plans", "--workspace-root", "missing"],
    code: "WORKSPACE_NOT_FOUND",
    sentence: (dir) => `There is no folder ${dir}/missing.`,
  },
  {
    title: "a folder that is no workspace",
    args: ["plans", "--workspace-root", "src"],
    code: "WORKSPACE_UNMARKED",
    sentence: (dir) => `${dir}/src is not a workspace: it has neither .planning/ nor .ai/.`,
  },
  {
    title: "a corrupt registry",
    args: ["plans"],
    prepare: (dir) => writeRegistryText(dir, '{"ses_66d": {"plan'),
    code: "REGISTRY_CORRUPT",
    sentence: (dir) =>
      `The registry ${dir}/.ai/.session-plans.json is damaged: it is not valid JSON. It was left as it is.`,
  },
  {
    title: "a registry that cannot be read",
    args: ["plans"],
    prepare: (dir) => mkdirSync(join(dir, ".ai/.session-plans.json")),
    code: "REGISTRY_UNREADABLE",
    sentence: (dir) =>
      `The registry ${dir}/.ai/.session-plans.json cannot be read: it is not a file.`,
  },
  {
    title: "a folder that cannot be listed",
    args: ["plans"],
    prepare: (dir) => {
      rmSync(join(dir, ".ai"), { recursive: true });
      symlinkSync(".ai", join(dir, ".ai"));
    },
    code: "REGISTRY_UNREADABLE",
    sentence: (dir) =>
      `The registry ${dir}/.ai/.session-plans.json cannot be read: ELOOP: too many symbolic links encountered, stat '${dir}/.ai/.session-plans.json'.`,
  },
];

test.each(failures)(
  "$title: one sentence, exit 1, one JSON value, and nothing on disk is lost",
  async (failure) => {
    const dir = checkout();
    failure.prepare?.(dir);
    await assertFailure(dir, failure, cabinet);
  },
);

test("control characters in what an agent wrote do not reach the terminal", async () => {
  const dir = checkout();
  const plan = { plan: "a\u001b[2J\u009b\u202eb", createdAt: "now\u0007", status: "created" };
  writeRegistryText(dir, { ses_66d: plan });
  const { stdout } = await cabinet(dir, ["plans"]);
  expect(stdout).toContain(String.raw`a\u{1b}[2J\u{9b}\u{202e}b`);
  const json = await cabinet(dir, ["plans", "--json"]);
  expect(envelope(json.stdout)).toMatchObject({ data: { plans: [plan] } });
  for (const character of ["\u0007", "\u001b", "\u009b", "\u202e"]) {
    expect(stdout + json.stdout).not.toContain(character);
  }
});
