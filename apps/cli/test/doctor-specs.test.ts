import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { endOf } from "../../../test/run-typescript.ts";
import { checkout, filesOf, SESSION } from "./checkout.ts";
import { diagnose, findingOf, idsIn, type Patient, patientIn } from "./doctored.ts";
import { cabinet, startCabinet, withoutPrivileges } from "./run-cabinet-here.ts";
import { specCheckout } from "./spec-checkout.ts";

async function adopted(): Promise<Patient> {
  const dir = checkout();
  await cabinet(dir, ["plans", "adopt", "demo", "--session", SESSION]);
  return patientIn(dir);
}

test("a plan whose file was cleaned while its session still has it is in the trash, and comes back from there", async () => {
  const sick = await adopted();
  const trash = join(sick.dir, ".ai/.trash/20260101T000000000Z");
  mkdirSync(trash, { recursive: true });
  renameSync(join(sick.dir, ".ai/plan-demo.md"), join(trash, "plan-demo.md"));
  const finding = await findingOf(sick, "plan-in-trash");
  expect(finding).toMatchObject({
    severity: "warning",
    path: join(sick.dir, ".ai/plan-demo.md"),
    command: "cabinet restore",
    advice: "Bring it back: cabinet restore plans:20260101T000000000Z",
    fix: null,
  });
  const [, words = ""] = (finding.advice ?? "").split(": cabinet ");
  expect(await cabinet(sick.dir, words.split(" "))).toMatchObject({ code: 0 });
  expect(await idsIn(sick)).toEqual([]);
});

test("a plan whose file is gone for good is a note, once for all its sessions; one that nobody registered is none", async () => {
  const sick = await adopted();
  await cabinet(sick.dir, ["plans", "adopt", "demo", "--session", "ses_another000000000000000000"]);
  writeFileSync(join(sick.dir, ".ai/plan-untracked.md"), "# untracked\n");
  expect(await idsIn(sick)).toEqual([]);
  unlinkSync(join(sick.dir, ".ai/plan-demo.md"));
  expect(await findingOf(sick, "plan-without-file")).toMatchObject({
    severity: "note",
    message: expect.stringMatching(/^2 sessions registered the plan "demo"/),
    fix: null,
  });
  expect(await diagnose(sick)).toMatchObject({ code: 0 });
});

test("an active spec that is none is cleared, and what was noted is among the copies", async () => {
  const sick = patientIn(await specCheckout("login"));
  await cabinet(sick.dir, ["planning", "activate", "login"]);
  expect(await idsIn(sick)).toEqual([]);
  renameSync(join(sick.dir, ".planning/login"), join(sick.dir, ".planning/sign-in"));
  const active = join(sick.dir, ".planning/.active");
  expect(await findingOf(sick, "active-spec-dangling")).toMatchObject({
    severity: "warning",
    path: active,
    message: expect.stringContaining('names "login", which is no spec here'),
  });
  const { fixed, copies } = await diagnose(sick, "--fix");
  expect(fixed).toMatchObject([{ id: "active-spec-dangling", outcome: "done" }]);
  expect([existsSync(active), readFileSync(join(copies[0] ?? "", ".active"), "utf8")]).toEqual([
    false,
    "login\n",
  ]);
  // Its folder has another name than the spec still.
  expect(await findingOf(sick, "spec-folder-name")).toMatchObject({
    severity: "warning",
    command: "cabinet planning migrate --dry-run",
  });
  const files = filesOf(sick.dir);
  expect(await diagnose(sick, "--fix")).toMatchObject({ fixed: [], copies: [] });
  expect(filesOf(sick.dir)).toEqual(files);
});

test("a spec that this user may not look at stays the active one", async (context) => {
  const sick = patientIn(await specCheckout("login"));
  await cabinet(sick.dir, ["planning", "activate", "login"]);
  chmodSync(sick.dir, 0o777);
  chmodSync(join(sick.dir, ".planning"), 0o777);
  chmodSync(join(sick.dir, ".planning/login"), 0o000);
  const run = withoutPrivileges(context);
  const args = ["doctor", "--fix", "--json", "--database", sick.path];
  const { data } = JSON.parse((await run(sick.dir, args)).stdout);
  expect(data.fixed).toEqual([]);
  expect(data.findings).toContainEqual(
    expect.objectContaining({
      id: "could-not-look",
      path: join(sick.dir, ".planning/login/status.yaml"),
    }),
  );
  expect(readFileSync(join(sick.dir, ".planning/.active"), "utf8")).toBe("login\n");
});

test("a status that cannot be read hides no other spec; a file that is missing, or not in the checkout, is told", async () => {
  const sick = patientIn(await specCheckout("gone", "login", "torn"));
  expect(await diagnose(sick)).toMatchObject({ code: 0, findings: [] });
  unlinkSync(join(sick.dir, "specs/gone.md"));
  const torn = join(sick.dir, ".planning/torn/status.yaml");
  writeFileSync(torn, "name: [torn\n");
  expect(await findingOf(sick, "spec-unreadable")).toMatchObject({
    severity: "error",
    path: torn,
    fix: null,
  });
  expect(await findingOf(sick, "spec-file-missing")).toMatchObject({
    severity: "warning",
    message: expect.stringContaining("specs/gone.md, is missing"),
  });
  const status = join(sick.dir, ".planning/gone/status.yaml");
  const text = readFileSync(status, "utf8").replace("specs/gone.md", "../elsewhere.md");
  writeFileSync(status, text.replace(/^last_known_branch:.*$/m, 'last_known_branch: "a b"'));
  expect(await findingOf(sick, "spec-file-missing")).toMatchObject({
    message: expect.stringContaining("outside of the checkout"),
  });
  expect(await findingOf(sick, "spec-branch-invalid")).toMatchObject({ severity: "note" });
});

test("a run whose executor was killed is a note, with the command that says where it goes on", async () => {
  const sick = patientIn(await specCheckout("login"));
  const work = ["run-state", "run", "--spec", "login", "--", "sh", "-c", "kill -KILL $PPID"];
  const executor = startCabinet(sick.dir, work);
  expect(await endOf(executor)).toMatchObject({ signal: "SIGKILL" });
  const folder = join(sick.dir, ".planning/login/.long-run");
  expect(await findingOf(sick, "run-executor-dead")).toMatchObject({
    severity: "note",
    path: folder,
    message: expect.stringContaining(`(process ${executor.pid})`),
    command: "cabinet run-state resume --spec login",
    fix: null,
  });
  expect(await cabinet(sick.dir, ["run-state", "resume", "--spec", "login"])).toMatchObject({
    code: 0,
  });
});

test("a run with a damaged file is an error, and what is advised builds it anew", async () => {
  const sick = patientIn(await specCheckout("login"));
  await cabinet(sick.dir, ["run-state", "open", "--spec", "login"]);
  expect(await idsIn(sick)).toEqual([]);
  writeFileSync(join(sick.dir, ".planning/login/.long-run/agent-history.json"), "{");
  const finding = await findingOf(sick, "run-damaged");
  expect(finding).toMatchObject({ severity: "error", fix: null });
  expect(finding.command).toBe("cabinet run-state --spec login");
  const [, words = ""] = (finding.advice ?? "").split(": cabinet ");
  await cabinet(sick.dir, words.split(" "));
  expect(await idsIn(sick)).toEqual(["file-set-aside"]);
});

test("a folder that leads out of the checkout is not looked into, and that is said", async () => {
  const sick = patientIn(checkout());
  const elsewhere = join(checkout(), ".ai");
  writeFileSync(join(elsewhere, "x.json.tmp.99999999.1.abcd1234"), "half");
  mkdirSync(join(sick.dir, "project"));
  symlinkSync(elsewhere, join(sick.dir, "project/.ai"));
  const inside = { ...sick, dir: join(sick.dir, "project") };
  const finding = await findingOf(inside, "could-not-look");
  expect(finding).toMatchObject({
    severity: "warning",
    path: join(inside.dir, ".ai"),
    message: expect.stringContaining(`it is a link that leads out of ${sick.dir}`),
  });
  expect(await diagnose(inside, "--fix")).toMatchObject({ code: 1, fixed: [] });
  expect(readdirSync(elsewhere).toSorted()).toEqual([
    "plan-demo.md",
    "x.json.tmp.99999999.1.abcd1234",
  ]);
});

test("text from files does nothing to the terminal", async () => {
  const sick = patientIn(await specCheckout("login"));
  writeFileSync(join(sick.dir, ".planning/.active"), "login\u001b[31m\u202e\n");
  const { stdout } = await cabinet(sick.dir, ["doctor", "--database", sick.path]);
  expect(stdout).toContain("active-spec-dangling");
  expect(stdout.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u202e]/u);
});
