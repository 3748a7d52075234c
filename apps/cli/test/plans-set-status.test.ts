import { chmodSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { endOf } from "../../../test/run-typescript.ts";
import {
  assertFailure,
  assertNotWritten,
  assertPrintable,
  envelope,
  type Failure,
} from "./assert-failure.ts";
import { createdAt, OTHER } from "./busy-checkout.ts";
import { checkout, SESSION, writeRegistryText } from "./checkout.ts";
import { cabinet, startCabinet, whileUnreadable, withoutPrivileges } from "./run-cabinet-here.ts";

const LAST = "ses_66dfffffffffLastLastLastLa";
const entry = (plan: string) => ({ plan, createdAt, status: "created" });

/** Three sessions of one bucket; two of them have the same plan. The last one's is at the top. */
const REGISTRY = {
  ses_66d: {
    ...entry("search"),
    sessionID: LAST,
    sessions: { [SESSION]: entry("login"), [OTHER]: entry("login"), [LAST]: entry("search") },
  },
};

function sharingCheckout(): string {
  const dir = checkout(["login", "search", "untracked"]);
  writeRegistryText(dir, REGISTRY);
  return dir;
}

function registryIn(dir: string): unknown {
  return JSON.parse(readFileSync(join(dir, ".ai/.session-plans.json"), "utf8"));
}

test("one process sets the status, another sees it; the other sessions keep theirs", async () => {
  const dir = sharingCheckout();
  const args = ["plans", "set-status", "executed", "--session", SESSION];
  const set = await endOf(startCabinet(join(dir, "src/deep"), args));
  expect(set).toMatchObject({ code: 0, stderr: "" });
  expect(set.stdout).toBe(`Plan login of session ${SESSION} is now executed.\n`);
  const shown = await endOf(startCabinet(dir, ["plans", "--json"]));
  expect(envelope(shown.stdout)).toMatchObject({
    data: {
      plans: [
        { sessionID: SESSION, status: "executed" },
        { sessionID: OTHER, status: "created" },
        { sessionID: LAST, status: "created" },
      ],
    },
  });
  expect(registryIn(dir)).toMatchObject({ ses_66d: { plan: "search", status: "created" } });
});

test.each([
  [["--session", LAST.slice(0, 8)], "search", LAST],
  [["--plan", "search"], "search", LAST],
  [["--plan", ".ai/plan-search.md"], "search", LAST],
  [["--plan", "login", "--session", OTHER], "login", OTHER],
])("%j is plan %s of %s", async (args, plan, sessionID) => {
  const dir = sharingCheckout();
  // A status may be set after the file went.
  rmSync(join(dir, `.ai/plan-${plan}.md`));
  const { stdout } = await cabinet(dir, ["plans", "set-status", "failed", ...args, "--json"]);
  const root = { path: dir, rule: "marker" };
  const stored = { ...entry(plan), status: "failed" };
  expect(envelope(stdout)).toMatchObject({ ok: true, data: { root, sessionID, plan: stored } });
  expect(registryIn(dir)).toMatchObject({ ses_66d: { sessions: { [sessionID]: stored } } });
});

test.each([["ses_66d"], [SESSION]])(
  "a plan that an older tool has filed by the short key gets its status through %s",
  async (session) => {
    const dir = checkout();
    writeRegistryText(dir, { ses_66d: entry("demo") });
    const args = ["plans", "set-status", "reviewed", "--session", session, "--json"];
    const { stdout } = await cabinet(dir, args);
    const stored = { ...entry("demo"), status: "reviewed" };
    expect(envelope(stdout).data).toEqual({ root: { path: dir, rule: "marker" }, plan: stored });
    expect(registryIn(dir)).toEqual({ ses_66d: stored });
  },
);

const setStatus = ["plans", "set-status", "executed"];
const failures: readonly Failure[] = [
  {
    title: "a session that nobody has registered",
    args: [...setStatus, "--session", "ses_77d1a2b3c4d5AbCdEfGhIjKlMn"],
    code: "CABINET_PLAN_NOT_FOUND",
    sentence: () => "No plan is registered for session ses_77d1a2b3c4d5AbCdEfGhIjKlMn.",
  },
  {
    title: "a session of a bucket that belongs to others",
    args: [...setStatus, "--session", "ses_66d1a2b3c4d5Somebody"],
    code: "CABINET_PLAN_NOT_FOUND",
    sentence: () => "No plan is registered for session ses_66d1a2b3c4d5Somebody.",
  },
  {
    title: "no folder of plans",
    args: [...setStatus, "--session", SESSION],
    prepare: (dir) => rmSync(join(dir, ".ai"), { recursive: true }),
    code: "CABINET_PLAN_NOT_FOUND",
    sentence: () => `No plan is registered for session ${SESSION}.`,
  },
  {
    title: "a short form of several sessions",
    args: [...setStatus, "--session", "ses_66d1"],
    code: "CABINET_SESSION_AMBIGUOUS",
    sentence: () => `"ses_66d1" may mean any of 2 sessions: ${SESSION}, ${OTHER}.`,
  },
  {
    title: "the short key of a plan that is nobody's in particular, and of others",
    args: [...setStatus, "--session", "ses_66d"],
    prepare: (dir) => {
      const sessions = { ses_66d: entry("login"), [LAST]: entry("search") };
      writeRegistryText(dir, { ses_66d: { ...REGISTRY.ses_66d, sessions } });
    },
    code: "CABINET_SESSION_AMBIGUOUS",
    sentence: () => `"ses_66d" may mean any of 2 sessions: ses_66d…, ${LAST}.`,
  },
  {
    title: "a plan of several sessions",
    args: [...setStatus, "--plan", "login"],
    code: "CABINET_SESSION_AMBIGUOUS",
    sentence: () => `Plan "login" belongs to 2 sessions: ${SESSION}, ${OTHER}.`,
  },
  {
    title: "a plan that nobody has registered",
    args: [...setStatus, "--plan", "untracked"],
    code: "CABINET_PLAN_NOT_FOUND",
    sentence: () => 'No session has registered a plan "untracked".',
  },
  {
    title: "a part of a name: what is changed is named in full",
    args: [...setStatus, "--plan", "sear"],
    code: "CABINET_PLAN_NOT_FOUND",
    sentence: () => 'No session has registered a plan "sear".',
  },
  {
    title: "a session that has another plan",
    args: [...setStatus, "--plan", "login", "--session", LAST],
    code: "CABINET_USAGE",
    sentence: () => `Session ${LAST} has plan "search", not "login".`,
  },
  {
    title: "a name that leaves the folder",
    args: [...setStatus, "--plan", "../../evil"],
    code: "REGISTRY_NAME_UNSAFE",
    sentence: () => `The name "../../evil" cannot be used: it holds a path separator.`,
  },
  {
    title: "a status that there is not",
    args: ["plans", "set-status", "Executed", "--session", SESSION],
    code: "CABINET_USAGE",
    sentence: () => '"Executed" is no status of a plan.',
  },
  {
    title: "a corrupt registry",
    args: [...setStatus, "--session", SESSION],
    prepare: (dir) => writeRegistryText(dir, "{"),
    code: "REGISTRY_CORRUPT",
    sentence: (dir) =>
      `The registry ${dir}/.ai/.session-plans.json is damaged: it is not valid JSON. It was left as it is.`,
  },
  {
    title: "a registry that is no file",
    args: [...setStatus, "--session", SESSION],
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
    const dir = sharingCheckout();
    failure.prepare?.(dir);
    await assertFailure(dir, failure, cabinet);
  },
);

test("who gives a wrong status hears of the four", async () => {
  const { stderr } = await cabinet(checkout(), ["plans", "set-status", "done", "--plan", "demo"]);
  expect(stderr).toContain("The statuses are created, reviewed, executed, failed.\n");
});

test("a folder that cannot be written: the same, for a user who is not root", async (context) => {
  const args = [...setStatus, "--session", SESSION];
  await assertNotWritten(sharingCheckout(), args, withoutPrivileges(context));
});

test("a registry that cannot be read: the same, for a user who is not root", async (context) => {
  const dir = sharingCheckout();
  chmodSync(dir, 0o755);
  const path = join(dir, ".ai/.session-plans.json");
  const failure: Failure = {
    title: "a registry that cannot be read",
    args: [...setStatus, "--session", SESSION],
    code: "REGISTRY_UNREADABLE",
    sentence: () =>
      `The registry ${path} cannot be read: EACCES: permission denied, open '${path}'.`,
  };
  await assertFailure(dir, failure, whileUnreadable(path, withoutPrivileges(context)));
});

test("control characters in names and ids do not reach the terminal", async () => {
  const dir = checkout([]);
  const odd = "ses_66d\u001b[31m";
  writeRegistryText(dir, { ses_66d: { ...entry("a\u001b]0;b\u0007\nc"), sessionID: odd } });
  const plain = await cabinet(dir, ["plans", "set-status", "failed", "--session", odd]);
  expect(plain.stdout).toBe(
    String.raw`Plan a\u{1b}]0;b\u{7}\u{a}c of session ses_66d\u{1b}[31m is now failed.` + "\n",
  );
  const refused = await cabinet(dir, ["plans", "set-status", "\u001b[2J", "--session", odd]);
  const unknown = await cabinet(dir, ["plans", "set-status", "failed", "--session", "\u009b2J"]);
  assertPrintable(refused.stderr + unknown.stderr);
});
