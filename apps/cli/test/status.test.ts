import { mkdirSync, renameSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { grantLease, holderOf } from "@x/registry-core/leases";

import { endOf } from "../../../test/run-typescript.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { assertFailure, envelope } from "./assert-failure.ts";
import { login, OTHER, registryOf } from "./busy-checkout.ts";
import { checkout, filesOf, SESSION, writeRegistryText } from "./checkout.ts";
import { holding, idleProcess, trackingHost } from "./killable-processes.ts";
import { leasesIn, worktrees, writeLeases } from "./lease-checkout.ts";
import { cabinet, startCabinet } from "./run-cabinet-here.ts";
import { specCheckout } from "./spec-checkout.ts";
import { page, told } from "./status-checkout.ts";

test("a folder with nothing in it has nothing to tell, and nothing is made there", async () => {
  const dir = temporaryFolder();
  const { stdout, stderr } = await page(dir);
  expect([stdout.split("\n"), stderr]).toEqual([
    [
      "Spec",
      "  No spec is active.",
      "",
      "Plan",
      "  No plan is filed.",
      "",
      "Open leases",
      "  None.",
      "",
      "What is wrong",
      "  Nothing, by the files alone; `cabinet doctor` looks at the database, too.",
      "",
    ],
    "Nothing is set up here yet: `cabinet init` does it.\n",
  ]);
  expect(filesOf(dir).size).toBe(0);
});

test("--json has these fields and no others", async () => {
  const dir = checkout();
  const { code, data, warnings } = await told(dir);
  expect({ code, warnings, data }).toEqual({
    code: 0,
    warnings: [],
    data: {
      root: { path: dir, rule: "git" },
      spec: { active: null, spec: null, specFile: null, executor: null, resume: null },
      plan: { session: null, plan: null },
      leases: [],
      agents: [],
      findings: [],
    },
  });
});

test("a lease is alive while `lease run` lives, and dead, and wrong, as soon as that is killed", async () => {
  const dir = checkout([]);
  const { pid, kill } = await holding(dir, "lease", "run", "3", "--agent", "builder");
  const [lease] = leasesIn(dir);
  const { data } = await told(dir);
  expect(data).toMatchObject({
    leases: [{ phase_id: "3", agent_id: "builder", holder: { pid }, holder_state: "alive" }],
    agents: [{ agent: "builder", work: { kind: "lease", of: "3" }, pid, since: lease?.granted_at }],
    findings: [],
  });
  expect((await page(dir)).stdout).toContain(`  3      alive (${pid})`);

  await kill();
  const after = await told(dir);
  expect(after.data).toMatchObject({
    leases: [{ holder_state: "dead" }],
    agents: [],
    findings: [{ id: "dead-lease", command: "cabinet lease show 3" }],
  });
  const { stdout } = await page(dir);
  expect(stdout.split("\n").slice(0, 4)).toEqual([
    "What is wrong",
    expect.stringMatching(`^  warning: Phase 3 is leased to builder .* process ${pid} on `),
    "    look: cabinet lease show 3",
    "  1 warning. More about them: cabinet doctor",
  ]);
  expect(stdout).toContain(`  3      dead (${pid})`);
  // Whoever looks at the lease itself is told the same.
  expect((await cabinet(dir, ["lease", "show", "3"])).stdout).toContain(`dead (${pid})`);
});

test("a lease that has expired, that of another machine, and that of no process are no work", async () => {
  const dir = checkout([]);
  const clock = { now: () => new Date(0) };
  grantLease(dir, { phase_id: "1", ttl_ms: 1 }, { clock });
  const own = holderOf();
  if (own === undefined) throw new Error("this process cannot be told apart from others");
  grantLease(dir, {
    phase_id: "2",
    agent_id: "there",
    holder: { ...own, machine: "other", boot_id: "0f0f0f0f" },
  });
  grantLease(dir, { phase_id: "3", branch_name: "main" });
  const { data } = await told(dir);
  const states = data.leases?.map(({ phase_id, holder_state }) => [phase_id, holder_state]);
  expect(states).toEqual([
    ["1", "expired"],
    ["2", "unknown"],
    ["3", "unknown"],
  ]);
  expect([data.agents, data.findings.map(({ id }) => id)]).toEqual([[], ["expired-lease"]]);
  const { stdout } = await page(dir);
  expect(stdout).toMatch(/^ {2}1 +expired +- +- +- +1970-01-01$/m);
  expect(stdout).toContain(`  2      unknown (${process.pid})`);
  expect(stdout).toMatch(/^ {2}3 +- +- +main +- +just now$/m);
});

test("a lease that was closed is not shown", async () => {
  const dir = checkout([]);
  grantLease(dir, { phase_id: "1" });
  await cabinet(dir, ["lease", "close", "1"]);
  expect((await told(dir)).data).toMatchObject({ leases: [], findings: [] });
});

test("the executor of a run is at work while it lives; when it is killed, that is worth knowing", async () => {
  const dir = await specCheckout("login");
  await cabinet(dir, ["planning", "activate", "login"]);
  const { pid, kill } = await holding(dir, "run-state", "run", "--executor", "claude-1");
  const work = { kind: "run", of: "login" };
  expect((await told(dir)).data.agents).toMatchObject([{ agent: "claude-1", work, pid }]);
  const { stdout } = await page(dir);
  expect(stdout).toMatch(
    /^Also at work\n {2}AGENT +AT +PROCESS +SINCE\n {2}claude-1 +the run of login /m,
  );
  expect(stdout).toMatch(/^ {2}executor +claude-1, process \d+ on .*, alive, since /m);

  await kill();
  const { data } = await told(dir);
  expect([data.agents, data.findings]).toMatchObject([[], [{ id: "run-executor-dead" }]]);
  const after = await page(dir);
  expect(after.stdout).toMatch(/^Spec\n/);
  expect(after.stdout).toMatch(/^Worth knowing\n {2}note: The executor "claude-1" /m);
  expect(after.stdout).not.toContain("Also at work");
});

test("a client is at work while its process lives", async () => {
  const dir = checkout([]);
  const database = join(temporaryFolder(), "agents.lmdb");
  const { pid, kill } = await trackingHost(database);
  const agents = async () => (await told(dir, ["--database", database])).data.agents;
  const work = { kind: "client", of: null };
  expect(await agents()).toEqual([{ agent: null, work, pid, since: null }]);
  const { stdout } = await cabinet(dir, ["status", "--database", database]);
  expect(stdout).toContain(`  -      a client of any project  ${pid}`);
  await kill();
  expect(await agents()).toEqual([]);
});

test("the plan is that of the session which asks, by its id or by the beginning of it", async () => {
  const dir = checkout(["login", "search"]);
  writeRegistryText(dir, registryOf({ [SESSION]: login }));
  const plan = { plan: "login", sessionID: SESSION, status: "reviewed", fileExists: true };
  for (const given of [SESSION, SESSION.slice(0, 7)]) {
    const expected = { session: { id: given, from: "option" }, plan };
    expect((await told(dir, ["--session", given])).data.plan).toMatchObject(expected);
  }
  const asked = await told(dir, [], { CABINET_SESSION: SESSION });
  expect(asked.data.plan?.session).toEqual({ id: SESSION, from: "environment" });
  const { stdout } = await page(dir, [], { CABINET_SESSION: SESSION });
  expect(stdout).toContain(
    [
      "Plan of the session",
      "  plan     login",
      "  file     .ai/plan-login.md",
      "  status   reviewed, filed 2026-03-01",
      `  session  ${SESSION}`,
    ].join("\n"),
  );
  expect((await page(dir)).stdout).toContain("The last plan filed\n  plan     login\n");
  const unknown = await page(dir, ["--session", "ses_other"]);
  expect(unknown.stdout).toContain("\n  No plan is filed for session ses_other.\n");
});

test("a session that may be several is refused, and one that is empty too", async () => {
  const dir = checkout(["login"]);
  writeRegistryText(dir, registryOf({ [SESSION]: login, [OTHER]: login }));
  const short = SESSION.slice(0, 7);
  const failure = {
    args: ["status", "--session", short],
    code: "CABINET_SESSION_AMBIGUOUS",
    sentence: () => `"${short}" may mean any of 2 sessions: ${SESSION}, ${OTHER}.`,
  };
  await assertFailure(dir, failure, cabinet);
  const empty = await cabinet(dir, ["status", "--session", "", "--json"]);
  expect([empty.code, envelope(empty.stdout).error]).toMatchObject([2, { code: "CABINET_USAGE" }]);
});

test("a plan whose file is gone says so, and where to look", async () => {
  const dir = checkout(["login"]);
  writeRegistryText(dir, registryOf({ [SESSION]: login }));
  unlinkSync(join(dir, ".ai/plan-login.md"));
  const { data } = await told(dir);
  expect([data.plan?.plan?.fileExists, data.findings.map(({ id }) => id)]).toEqual([
    false,
    ["plan-without-file"],
  ]);
  const { stdout } = await page(dir);
  expect(stdout).toContain("  file     .ai/plan-login.md (missing)\n");
  expect(stdout).toContain("    look: cabinet plans\n");
});

test("the active spec is shown, and where its run stands", async () => {
  const dir = await specCheckout("login", "search");
  await cabinet(dir, ["planning", "activate", "login"]);
  await cabinet(dir, ["planning", "update-branch", "--branch", "feat/login"]);
  await cabinet(dir, ["run-state", "checkpoint", "--plan", "02-1", "--task", "3", "--of", "8"]);
  const { stdout, stderr } = await page(join(dir, "src"));
  expect([stdout.split("\n").slice(0, 6), stderr]).toEqual([
    [
      "Spec",
      "  spec    login (active)",
      "  file    specs/login.md",
      "  branch  feat/login",
      "  run     Plan 02-1 is under way: 3 of 8 tasks completed.",
      "",
    ],
    "",
  ]);
});

const UNKNOWN = "It cannot be told: see what is wrong.";

test.each([
  [
    "a note of a spec that is gone",
    (dir: string) => writeFileSync(join(dir, ".planning/.active"), "gone\n"),
    { findings: ["active-spec-dangling"], line: "  No spec is active." },
  ],
  [
    "a status that cannot be read",
    (dir: string) => writeFileSync(join(dir, ".planning/login/status.yaml"), "- damaged"),
    {
      findings: ["spec-unreadable"],
      line: `  spec  login (active). ${UNKNOWN}`,
    },
  ],
  [
    "a run that cannot be read",
    (dir: string) => {
      mkdirSync(join(dir, ".planning/login/.long-run"), { recursive: true });
      writeFileSync(join(dir, ".planning/login/.long-run/checkpoint.json"), "{");
    },
    {
      findings: ["run-damaged"],
      line: `  run     ${UNKNOWN}`,
    },
  ],
  [
    "a run that lies elsewhere",
    (dir: string) => {
      mkdirSync(join(dir, ".planning/login"), { recursive: true });
      symlinkSync(temporaryFolder(), join(dir, ".planning/login/.long-run"));
    },
    { findings: ["could-not-look"], line: `  run     ${UNKNOWN}` },
  ],
  [
    "a folder of plans that leads elsewhere",
    (dir: string) => {
      renameSync(join(dir, ".planning"), join(dir, "elsewhere"));
      symlinkSync(temporaryFolder(), join(dir, ".planning"));
    },
    { findings: expect.arrayContaining(["could-not-look"]), line: `  ${UNKNOWN}` },
  ],
  [
    "a registry of plans that is damaged",
    (dir: string) => writeRegistryText(dir, "{"),
    { findings: ["registry-damaged"], line: `Plan\n  ${UNKNOWN}` },
  ],
  [
    "a registry of leases that is damaged",
    (dir: string) => {
      grantLease(dir, { phase_id: "1" });
      writeLeases(dir, "{");
    },
    {
      findings: ["registry-damaged"],
      line: "Open leases\n  They cannot be told: see what is wrong.",
    },
  ],
  [
    "a registry of leases of a newer Cabinet",
    (dir: string) => {
      grantLease(dir, { phase_id: "1" });
      writeLeases(dir, { schema_version: 99, leases: "elsewhere" });
    },
    {
      findings: ["registry-newer"],
      line: "Open leases\n  They cannot be told: see what is wrong.",
    },
  ],
])("%s hides nothing else, and is left as it is by a look", async (_, damage, expected) => {
  const dir = await specCheckout("login");
  await cabinet(dir, ["planning", "activate", "login"]);
  damage(dir);
  const files = filesOf(dir);
  const { code, data, warnings } = await told(dir);
  expect({ code, findings: data.findings.map(({ id }) => id), warnings }).toEqual({
    code: 0,
    findings: expected.findings,
    warnings: [],
  });
  const { stdout } = await page(dir);
  expect(stdout).toContain(expected.line);
  for (const title of ["Spec", "Plan", "Open leases"])
    expect(`\n${stdout}`).toContain(`\n${title}\n`);
  // Where something cannot be told, what is wrong is told, in findings or on stderr.
  for (const { message, command, advice } of data.findings) {
    const next = command === null ? `next: ${advice}` : `look: ${command}`;
    expect(stdout).toContain(`: ${message}\n    ${next}\n`);
  }
  expect(filesOf(dir)).toEqual(files);
});

test("a linked worktree shows the leases of all; where its repository is away, they are null", async () => {
  const { main, linked } = worktrees(true);
  const holder = await idleProcess();
  grantLease(main, {
    phase_id: "3",
    worktree_path: main,
    agent_id: "builder",
    holder: holderOf(holder.pid),
  });
  expect((await told(linked)).data).toMatchObject({ leases: [{ phase_id: "3" }] });
  expect((await page(linked)).stdout).toMatch(/^ {2}3 +alive .* \.\.\/main +just now$/m);
  expect((await page(main)).stdout).toMatch(/^ {2}3 +alive .* \. +just now$/m);

  renameSync(main, `${main}-moved`);
  const { code, data } = await told(linked);
  expect([code, data]).toMatchObject([
    0,
    { leases: null, agents: [], findings: [{ id: "worktree-unreachable" }] },
  ]);
  expect((await page(linked)).stdout).toContain("  They cannot be told: see what is wrong.\n");
});

test("a user without a home folder is told all the rest", async () => {
  const dir = checkout();
  const env = { HOME: "" };
  const ending = await endOf(startCabinet(dir, ["status", "--json"], { env }));
  expect([ending.code, envelope(ending.stdout)]).toMatchObject([
    0,
    { data: { leases: [], agents: [], findings: [] }, warnings: [] },
  ]);
});

test("hundreds of leases and findings stay on one screen, which says how many more there are", async () => {
  const dir = checkout([]);
  const gone = await idleProcess();
  const holder = holderOf(gone.pid);
  await gone.kill();
  grantLease(dir, { phase_id: "0", holder });
  const [lease] = leasesIn(dir);
  const leases = Array.from({ length: 300 }, (_, phase) => ({ ...lease, phase_id: String(phase) }));
  writeLeases(dir, { schema_version: 1, leases });
  const files = filesOf(dir);
  const { data } = await told(dir);
  expect([data.leases?.length, data.findings.length]).toEqual([300, 300]);
  const { stdout } = await page(dir);
  expect(stdout).toContain(
    "\n  and 295 more, in all 300 warnings. More about them: cabinet doctor\n",
  );
  expect(stdout).toContain("\n  and 292 more: cabinet lease list --open\n");
  expect(stdout.split("\n").length).toBeLessThan(32);
  expect(filesOf(dir)).toEqual(files);
});
