import { chmodSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { assertFailure, type Failure } from "./assert-failure.ts";
import { busyCheckout, login, OTHER, registryOf } from "./busy-checkout.ts";
import { checkout, SESSION, writeRegistryText } from "./checkout.ts";
import { cabinet, whileUnreadable, withoutPrivileges } from "./run-cabinet-here.ts";

const long = "x".repeat(300);
const failures: readonly Failure[] = [
  {
    title: "a name that no plan has",
    args: ["plans", "show", "logout"],
    code: "CABINET_PLAN_NOT_FOUND",
    sentence: (dir) => `There is no plan "logout" in ${dir}.`,
  },
  {
    title: "a file that is not there, though one name begins so",
    args: ["plans", "show", ".ai/plan-sea.md"],
    code: "CABINET_PLAN_NOT_FOUND",
    sentence: (dir) => `There is no plan "sea" in ${dir}.`,
  },
  {
    title: "a name that several plans may have",
    args: ["plans", "show", "log"],
    code: "CABINET_PLAN_AMBIGUOUS",
    sentence: () => `"log" may mean any of 2 plans: login, login-retry.`,
  },
  {
    title: "no name, and many plans",
    args: ["plans", "show"],
    prepare: (dir) => {
      for (let plan = 10; plan < 20; plan++) writeFileSync(join(dir, `.ai/plan-a${plan}.md`), "");
    },
    code: "CABINET_PLAN_AMBIGUOUS",
    sentence: () =>
      "There are 13 plans: a10, a11, a12, a13, a14, a15, a16, a17, a18, a19 and 3 more.",
  },
  {
    title: "no name, and no plan",
    args: ["plans", "show"],
    prepare: (dir) => rmSync(join(dir, ".ai"), { recursive: true }),
    code: "CABINET_PLAN_NOT_FOUND",
    sentence: (dir) => `There are no plans in ${dir}.`,
  },
  {
    title: "a session that nobody has registered",
    args: ["plans", "show", "--session", "ses_77d1a2b3c4d5AbCdEfGhIjKlMn"],
    code: "CABINET_PLAN_NOT_FOUND",
    sentence: () => "No plan is registered for session ses_77d1a2b3c4d5AbCdEfGhIjKlMn.",
  },
  {
    title: "a short form of a session that is too short",
    args: ["plans", "show", "--session", "ses_66"],
    code: "CABINET_PLAN_NOT_FOUND",
    sentence: () => "No plan is registered for session ses_66.",
  },
  {
    title: "a short form of several sessions",
    args: ["plans", "show", "--session", "ses_66d1"],
    code: "CABINET_SESSION_AMBIGUOUS",
    sentence: () => `"ses_66d1" may mean any of 2 sessions: ${SESSION}, ${OTHER}.`,
  },
  {
    title: "a session that has another plan",
    args: ["plans", "show", "search", "--session", SESSION],
    code: "CABINET_USAGE",
    sentence: () => `Session ${SESSION} has plan "login", not "search".`,
  },
  {
    title: "a registered plan whose file is gone, by its session",
    args: ["plans", "show", "--session", SESSION],
    prepare: (dir) => rmSync(join(dir, ".ai/plan-login.md")),
    code: "CABINET_PLAN_NOT_FOUND",
    sentence: (dir) =>
      `Plan "login" has no file: .ai/plan-login.md is not in ${dir}, or leads out of .ai.`,
  },
  {
    title: "a registered plan whose file is gone, by its name",
    args: ["plans", "show", "login-retry"],
    prepare: (dir) => rmSync(join(dir, ".ai/plan-login-retry.md")),
    code: "CABINET_PLAN_NOT_FOUND",
    sentence: (dir) =>
      `Plan "login-retry" has no file: .ai/plan-login-retry.md is not in ${dir}, or leads out of .ai.`,
  },
  {
    title: "a plan that is a link out of the folder",
    args: ["plans", "show", "secret"],
    prepare: (dir) => {
      writeFileSync(join(dir, "secret.txt"), "secret");
      symlinkSync("../secret.txt", join(dir, ".ai/plan-secret.md"));
    },
    code: "CABINET_PLAN_NOT_FOUND",
    sentence: (dir) => `There is no plan "secret" in ${dir}.`,
  },
  {
    title: "a registered plan that names a path",
    args: ["plans", "show", "--session", SESSION],
    prepare: (dir) => {
      writeFileSync(join(dir, "secret.md"), "secret");
      writeRegistryText(dir, registryOf({ [SESSION]: { ...login, plan: "x/../../secret" } }));
    },
    code: "CABINET_PLAN_NOT_FOUND",
    sentence: (dir) =>
      `Plan "x/../../secret" has no file: .ai/plan-x/../../secret.md is not in ${dir}, or leads out of .ai.`,
  },
  {
    title: "a name that leaves the folder",
    args: ["plans", "show", "../../evil"],
    code: "REGISTRY_NAME_UNSAFE",
    sentence: () => `The name "../../evil" cannot be used: it holds a path separator.`,
  },
  {
    title: "a name with a separator",
    args: ["plans", "show", "a/b"],
    code: "REGISTRY_NAME_UNSAFE",
    sentence: () => `The name "a/b" cannot be used: it holds a path separator.`,
  },
  {
    title: "an empty name",
    args: ["plans", "show", ""],
    code: "REGISTRY_NAME_UNSAFE",
    sentence: () => `The name "" cannot be used: it is empty.`,
  },
  {
    title: "a name of 300 letters",
    args: ["plans", "show", long],
    code: "REGISTRY_NAME_UNSAFE",
    sentence: () => `The name "${long}" cannot be used: it is too long for a file name.`,
  },
  {
    title: "a plan that is too large",
    args: ["plans", "show", "search"],
    prepare: (dir) => truncateSync(join(dir, ".ai/plan-search.md"), 2 ** 20 + 1),
    code: "CABINET_PLAN_TOO_LARGE",
    sentence: (dir) =>
      `The plan ${dir}/.ai/plan-search.md cannot be shown: it is larger than 1 MiB.`,
  },
  {
    title: "a folder that is not there",
    args: ["plans", "show", "--workspace-root", "missing"],
    code: "WORKSPACE_NOT_FOUND",
    sentence: (dir) => `There is no folder ${dir}/missing.`,
  },
  {
    title: "a corrupt registry",
    args: ["plans", "show", "login"],
    prepare: (dir) => writeRegistryText(dir, "{"),
    code: "REGISTRY_CORRUPT",
    sentence: (dir) =>
      `The registry ${dir}/.ai/.session-plans.json is damaged: it is not valid JSON. It was left as it is.`,
  },
  {
    title: "a registry that is no file",
    args: ["plans", "show", "login"],
    prepare: (dir) => {
      rmSync(join(dir, ".ai/.session-plans.json"));
      mkdirSync(join(dir, ".ai/.session-plans.json"));
    },
    code: "REGISTRY_UNREADABLE",
    sentence: (dir) =>
      `The registry ${dir}/.ai/.session-plans.json cannot be read: it is not a file.`,
  },
];

test.each(failures)(
  "$title: one sentence, one JSON value, and nothing on disk is changed",
  async (failure) => {
    const dir = busyCheckout();
    failure.prepare?.(dir);
    await assertFailure(dir, failure, cabinet);
  },
);

test("a plan that cannot be read: the same, for a user who is not root", async (context) => {
  const dir = checkout();
  chmodSync(dir, 0o755);
  const path = join(dir, ".ai/plan-demo.md");
  const failure: Failure = {
    title: "a plan that cannot be read",
    args: ["plans", "show"],
    code: "CABINET_PLAN_UNREADABLE",
    sentence: () => `The plan ${path} cannot be read: EACCES: permission denied, open '${path}'.`,
  };
  const run = withoutPrivileges(context);
  await assertFailure(dir, failure, whileUnreadable(path, run));

  // A folder that cannot be written is no obstacle.
  chmodSync(join(dir, ".ai"), 0o555);
  onTestFinished(() => chmodSync(join(dir, ".ai"), 0o755));
  expect(await run(dir, ["plans", "show"])).toMatchObject({ code: 0, stderr: "" });
});
