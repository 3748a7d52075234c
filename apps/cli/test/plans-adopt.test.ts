import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { assertFailure, assertNotWritten, envelope, type Failure } from "./assert-failure.ts";
import { checkout, SESSION, writeRegistryText } from "./checkout.ts";
import { cabinet, withoutPrivileges } from "./run-cabinet-here.ts";

const PARENT = "ses_66d0ffffffffParentParentPa";

const failures: readonly Failure[] = [
  {
    title: "a plan that is not there",
    args: ["plans", "adopt", "missing", "--session", SESSION],
    code: "CABINET_PLAN_NOT_FOUND",
    sentence: (dir) => `There is no plan .ai/plan-missing.md in ${dir}.`,
  },
  {
    title: "a part of a name: what is filed is named in full",
    args: ["plans", "adopt", "dem", "--session", SESSION],
    code: "CABINET_PLAN_NOT_FOUND",
    sentence: (dir) => `There is no plan .ai/plan-dem.md in ${dir}.`,
  },
  {
    title: "a name that leaves the folder",
    args: ["plans", "adopt", "../../etc/passwd", "--session", SESSION],
    code: "REGISTRY_NAME_UNSAFE",
    sentence: () => `The name "../../etc/passwd" cannot be used: it holds a path separator.`,
  },
];

test.each(failures)(
  "$title: one sentence, exit 1, one JSON value, and nothing on disk is lost",
  async (failure) => {
    await assertFailure(checkout(), failure, cabinet);
  },
);

test("a folder that cannot be written: the same, for a user who is not root", async (context) => {
  const args = ["plans", "adopt", "demo", "--session", SESSION];
  await assertNotWritten(checkout(), args, withoutPrivileges(context));
});

test("a plan may be given as its file, as shells complete it", async () => {
  const dir = checkout();
  for (const plan of ["plan-demo.md", ".ai/plan-demo.md", "./.ai/plan-demo.md"]) {
    const { stdout } = await cabinet(dir, ["plans", "adopt", plan, "--session", SESSION]);
    expect(stdout).toBe(`Filed plan demo for session ${SESSION}.\n`);
  }
});

test("the session that started this one is filed with it", async () => {
  const dir = checkout();
  const args = ["plans", "adopt", "demo", "--session", SESSION, "--parent", PARENT, "--json"];
  const { code, stdout } = await cabinet(dir, args);
  expect(code).toBe(0);
  const plan = { plan: "demo", status: "created", parentID: PARENT };
  expect(envelope(stdout)).toMatchObject({ data: { sessionID: SESSION, plan } });
  const listed = await cabinet(dir, ["plans", "--json"]);
  expect(envelope(listed.stdout)).toMatchObject({
    data: { plans: [{ ...plan, sessionID: SESSION }] },
  });
});

test("a corrupt registry is set aside when a plan is filed, with a warning on stderr and in the JSON", async () => {
  const dir = checkout();
  writeRegistryText(dir, "\0\0\0");
  const args = ["plans", "adopt", "demo", "--session", SESSION, "--json"];
  const { code, stdout, stderr } = await cabinet(dir, args);
  expect(code).toBe(0);
  expect(stderr).toMatch(/^warning: .*it is not valid JSON; it was set aside as .*\.broken-\d+\n$/);
  expect(envelope(stdout)).toMatchObject({
    ok: true,
    warnings: [{ code: "REGISTRY_QUARANTINED" }],
  });
  const aside = readdirSync(join(dir, ".ai")).find((name) => name.includes(".broken-")) ?? "";
  expect(readFileSync(join(dir, ".ai", aside), "utf8")).toBe("\0\0\0");
});
