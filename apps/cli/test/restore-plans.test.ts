import { existsSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { listTrash, registerPlan, trashPlans } from "@x/registry-core/session-plans";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { assertFailure, assertPrintable, envelope } from "./assert-failure.ts";
import { checkout, SESSION } from "./checkout.ts";
import { leasesIn, worktrees } from "./lease-checkout.ts";
import { cabinet } from "./run-cabinet-here.ts";

const NEVER = "20261122T021500123Z";

/** Cleans, as the plugin's command does, and gives the id. */
async function clean(dir: string): Promise<string> {
  const { id } = (await trashPlans(dir)) ?? {};
  if (id === undefined) throw new Error("there was nothing to clean");
  return id;
}

async function cleanedCheckout(): Promise<{ dir: string; id: string }> {
  const dir = checkout(["login", "search"]);
  await registerPlan(dir, SESSION, "login");
  return { dir, id: await clean(dir) };
}

function writePlan(dir: string, name: string): void {
  writeFileSync(join(dir, `.ai/plan-${name}.md`), "newer\n");
}

test("cleaned plans are listed with cleared leases, the latest at the end, and come back", async () => {
  const { dir, id } = await cleanedCheckout();
  await cabinet(dir, ["lease", "run", "3", "--", "true"]);
  await cabinet(dir, ["lease", "clear", "3"]);
  writePlan(dir, "late");
  const later = await clean(dir);

  const cleared_at = expect.stringMatching(/^\d{4}-.*Z$/);
  const first = { what: `plans:${id}`, cleared_at, plans: 2, registry: true };
  const lease = { what: "lease:3", cleared_at, leases: 1 };
  const last = { what: `plans:${later}`, cleared_at, plans: 1, registry: false };
  const listed = await cabinet(join(dir, "src/deep"), ["restore", "--json"]);
  expect(envelope(listed.stdout)).toMatchObject({
    data: {
      root: { path: dir },
      plansRoot: { path: dir, rule: "marker" },
      restorable: [first, lease, last],
    },
  });
  const { stdout } = await cabinet(dir, ["restore"]);
  expect(stdout.split("\n").map((line) => line.replaceAll(/ {2,}\S+Z {2,}/g, " | "))).toEqual([
    expect.stringMatching(/^WHAT +CLEARED +HOLDS$/),
    `plans:${id} | 2 plans, their sessions`,
    "lease:3 | 1 lease",
    `plans:${later} | 1 plan`,
    "",
  ]);

  expect(await cabinet(dir, ["restore", `plans:${id}`])).toEqual({
    code: 0,
    stdout: `Restored plans:${id}: 2 plans, 1 session with a plan again.\n`,
    stderr: "",
  });
  expect((await cabinet(dir, ["plans", "show", "--session", SESSION])).stdout).toContain("# login");
  expect(leasesIn(dir)).toEqual([]);
  await cabinet(dir, ["restore", "lease:3"]);
  expect(leasesIn(dir)).toMatchObject([{ phase_id: "3" }]);
});

test("`plans` means the latest cleaning, and then the one before it", async () => {
  const { dir, id } = await cleanedCheckout();
  writePlan(dir, "late");
  const later = await clean(dir);
  const { code, stdout } = await cabinet(dir, ["restore", "plans", "--json"]);
  expect(code).toBe(0);
  expect(envelope(stdout)).toMatchObject({
    data: {
      root: { path: dir },
      restored: { what: `plans:${later}`, plans: 1, registry: "none", sessions: 0, kept: [] },
    },
  });
  const again = await cabinet(dir, ["restore", "plans"]);
  expect(again.stdout).toContain(`Restored plans:${id}: 2 plans`);
  expect(await listTrash(dir)).toEqual([]);
  expect((await cabinet(dir, ["restore"])).stdout).toBe("Nothing can be brought back.\n");
});

test("what has a newer plan of its name in its place is kept, with a word on what to do", async () => {
  const { dir, id } = await cleanedCheckout();
  writePlan(dir, "login");
  expect(await cabinet(dir, ["restore", `plans:${id}`])).toEqual({
    code: 1,
    stdout:
      `Restored plans:${id}: 1 plan, 1 session with a plan again.\n` +
      `Kept .ai/.trash/${id}/plan-login.md: there is a plan of that name.\n`,
    stderr: `Rename or move the plans in .ai that have these names, and run \`cabinet restore plans:${id}\` again.\n`,
  });
  const { code, stdout } = await cabinet(dir, ["restore", "plans", "--json"]);
  expect(code).toBe(1);
  expect(envelope(stdout)).toMatchObject({ data: { restored: { plans: 0, kept: ["login"] } } });
  renameSync(join(dir, ".ai/plan-login.md"), join(dir, ".ai/plan-newer.md"));
  expect(await cabinet(dir, ["restore", "plans"])).toMatchObject({ code: 0, stderr: "" });
});

test("a damaged registry that is not alone is kept, with a word on what to do", async () => {
  const dir = checkout();
  writeFileSync(join(dir, ".ai/.session-plans.json"), "{ torn");
  const id = await clean(dir);
  writePlan(dir, "new");
  await registerPlan(dir, SESSION, "new");
  const { code, stdout, stderr } = await cabinet(dir, ["restore", "plans"]);
  expect({ code, stdout }).toEqual({
    code: 1,
    stdout:
      `Restored plans:${id}: 1 plan.\n` +
      `Kept .ai/.trash/${id}/.session-plans.json: not all of it is understood, and there is a registry.\n`,
  });
  expect(stderr).toContain(`run \`cabinet restore plans:${id}\` again.`);
});

test("names of plans cannot act on a terminal", async () => {
  const dir = checkout(["a\u202eb"]);
  await clean(dir);
  writePlan(dir, "a\u202eb");
  const { stdout, stderr } = await cabinet(dir, ["restore", "plans"]);
  assertPrintable(stdout + stderr);
  expect(stdout).toContain("plan-a\\u{202e}b.md");
});

test.each(["plans", "plans:", `plans:${NEVER}`, "plans:..", "plans:../../src", "plans:.gitignore"])(
  "there is nothing called %j to bring back",
  async (what) => {
    const dir = checkout([]);
    const trash = join(dir, ".ai/.trash");
    mkdirSync(trash);
    writeFileSync(join(trash, ".gitignore"), "*\n");
    const sentence = (): string => `There is nothing called ${JSON.stringify(what)} to bring back.`;
    const failure = { code: "CABINET_NOTHING_TO_RESTORE", sentence };
    await assertFailure(dir, { ...failure, args: ["restore", what] }, cabinet);
  },
);

test("a phase may be called like plans, and is found where there are none", async () => {
  const dir = checkout();
  for (const phase of ["plans", `plans:${NEVER}`]) {
    await cabinet(dir, ["lease", "run", phase, "--", "true"]);
    await cabinet(dir, ["lease", "clear", phase]);
    expect(await cabinet(dir, ["restore", phase])).toMatchObject({ code: 0 });
  }
  expect(leasesIn(dir)).toHaveLength(2);
  await cabinet(dir, ["lease", "clear", "plans"]);
  await clean(dir);
  expect((await cabinet(dir, ["restore", "plans"])).stdout).toContain("1 plan.");
  expect((await cabinet(dir, ["restore", "lease:plans"])).stdout).toContain("1 lease.");
});

test("where the repository of the leases is away, plans still come back", async () => {
  const { main, linked } = worktrees(true);
  mkdirSync(join(linked, ".ai"));
  writePlan(linked, "login");
  const id = await clean(linked);
  renameSync(main, `${main}-moved`);
  const listed = await cabinet(linked, ["restore", "--json"]);
  expect([listed.code, envelope(listed.stdout)]).toMatchObject([
    0,
    {
      data: { root: null, plansRoot: { path: linked }, restorable: [{ what: `plans:${id}` }] },
      warnings: [{ code: "WORKSPACE_UNREACHABLE" }],
    },
  ]);
  expect(await cabinet(linked, ["restore", "plans"])).toMatchObject({ code: 0, stderr: "" });
  expect(existsSync(join(linked, ".ai/plan-login.md"))).toBe(true);
  // Without anything else to tell, that is what there is to say.
  expect(await cabinet(linked, ["restore"])).toMatchObject({ code: 1, stdout: "" });
});

test("where the trash of the plans cannot be read, leases still come back", async () => {
  const dir = checkout();
  await cabinet(dir, ["lease", "run", "3", "--", "true"]);
  await cabinet(dir, ["lease", "clear", "3"]);
  symlinkSync(temporaryFolder(), join(dir, ".ai/.trash"));
  const listed = await cabinet(dir, ["restore", "--json"]);
  expect([listed.code, envelope(listed.stdout)]).toMatchObject([
    0,
    {
      data: { root: { path: dir }, plansRoot: null, restorable: [{ what: "lease:3" }] },
      warnings: [{ code: "REGISTRY_UNREADABLE" }],
    },
  ]);
  expect(await cabinet(dir, ["restore", "plans"])).toMatchObject({ code: 1, stdout: "" });
  expect(await cabinet(dir, ["restore", "3"])).toMatchObject({ code: 0, stderr: "" });
  expect(await cabinet(dir, ["restore"])).toMatchObject({ code: 1, stdout: "" });
});
