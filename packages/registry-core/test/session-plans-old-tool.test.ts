import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import fc from "fast-check";
import { expect, onTestFinished, test, vi } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { isLongTier } from "../../../test/tier.ts";
import type { Warning } from "../src/errors.ts";
import type * as sessionPlans from "../src/session-plans/index.ts";
import {
  findClosestPlan,
  listPlans,
  lookupPlan,
  readRegistry,
  registerPlan,
  updatePlanStatus,
} from "../src/session-plans/index.ts";
import { askProcess } from "./support/ask-process.ts";
import { oldLookup, oldRegister, oldSetStatus } from "./support/old-tool.ts";
import { documentIn, projectWith, registryPath, writePlan } from "./support/plan-project.ts";
import {
  BUCKET_MILLISECONDS,
  bucketStart,
  HOUR,
  MINUTE,
  sessionIDAt,
  shortKeyOf,
} from "./support/session-ids.ts";

const INSIDE = bucketStart(Date.UTC(2026, 10, 21, 10)) + 2 * HOUR;

test("a file of the original tool is read by all calls, and keeps its form where only a status changes", async () => {
  const dir = projectWith("login", "search");
  const [mine, other] = [sessionIDAt(INSIDE), sessionIDAt(INSIDE + BUCKET_MILLISECONDS)];
  oldRegister(dir, mine, "login");
  oldRegister(dir, other, "search");
  const before = documentIn(dir);
  const login = before[shortKeyOf(mine)];
  expect(await lookupPlan(dir, mine)).toEqual(login);
  expect(await lookupPlan(dir, sessionIDAt(INSIDE + HOUR))).toEqual(login);
  expect(await lookupPlan(dir, sessionIDAt(INSIDE - BUCKET_MILLISECONDS))).toBeNull();
  expect(await listPlans(dir)).toEqual([
    { ...login, sessionKey: shortKeyOf(mine), fileExists: true },
    { ...before[shortKeyOf(other)], sessionKey: shortKeyOf(other), fileExists: true },
  ]);
  expect(await readRegistry(dir)).toEqual(before);
  expect(await findClosestPlan(dir, "log")).toEqual({ plan: "login", entry: login });
  expect(await updatePlanStatus(dir, mine, "executed")).toEqual({ ...login, status: "executed" });
  expect(documentIn(dir)).toEqual({
    ...before,
    [shortKeyOf(mine)]: { ...login, status: "executed" },
  });
  expect(oldLookup(dir, mine)).toMatchObject({ plan: "login", status: "executed" });
});

/** Two sessions of a bucket and one of another, over the first of which the original tool registers. */
async function overwritten() {
  const dir = projectWith("first", "second", "elsewhere", "old", "next");
  const [first, second] = [sessionIDAt(INSIDE), sessionIDAt(INSIDE + HOUR)];
  const [elsewhere, old] = [sessionIDAt(INSIDE + BUCKET_MILLISECONDS), sessionIDAt(INSIDE + 1)];
  await registerPlan(dir, first, "first", { parentID: elsewhere });
  await registerPlan(dir, second, "second");
  await registerPlan(dir, elsewhere, "elsewhere");
  oldRegister(dir, old, "old");
  const key = shortKeyOf(first);
  expect(Object.keys(documentIn(dir)[key] ?? {})).toEqual(["plan", "createdAt", "status"]);
  return { dir, first, second, elsewhere, old, key };
}

const dropped = { code: "REGISTRY_SESSIONS_DROPPED" };

test("who saw the sessions that an original tool drops still finds them, and puts them back with a warning", async () => {
  const { dir, first, second, elsewhere, key } = await overwritten();
  const before = readFileSync(registryPath(dir), "utf8");
  const found = async (): Promise<unknown[]> =>
    Promise.all([first, second, elsewhere].map(async (id) => (await lookupPlan(dir, id))?.plan));
  expect(await found()).toEqual(["first", "second", "elsewhere"]);
  const oldRow = expect.objectContaining({ plan: "old", sessionKey: key, fileExists: true });
  expect(await listPlans(dir)).toContainEqual(oldRow);
  // Whose the tool's own plan is, is not known: the bucket belongs to others, too.
  expect(await lookupPlan(dir, sessionIDAt(INSIDE + 2))).toBeNull();
  expect(readFileSync(registryPath(dir), "utf8")).toBe(before);

  const warnings: Warning[] = [];
  const onWarning = (warning: Warning): void => void warnings.push(warning);
  const next = sessionIDAt(INSIDE + 2 * HOUR);
  await registerPlan(dir, next, "next", { onWarning });
  expect(warnings).toEqual([
    { ...dropped, path: registryPath(dir), message: expect.stringContaining(`"${key}"`) },
  ]);
  await registerPlan(dir, next, "next", { onWarning });
  expect(warnings).toHaveLength(1);
  expect(await found()).toEqual(["first", "second", "elsewhere"]);
  expect(await lookupPlan(dir, first)).toMatchObject({ parentID: elsewhere });
  const rows = await listPlans(dir);
  expect(rows).toHaveLength(5);
  expect(rows).toContainEqual(oldRow);
  expect(oldLookup(dir, next)).toMatchObject({ plan: "next" });
  const all = [first, second, elsewhere, next].map((id) => ["lookupPlan", dir, id] as const);
  expect(await askProcess(...all)).toMatchObject([
    { plan: "first" },
    { plan: "second" },
    { plan: "elsewhere" },
    { plan: "next" },
  ]);
});

test("plans that were registered at once, and written together, are all put back", async () => {
  const names = ["first", "second", "third"];
  const dir = projectWith(...names, "old");
  const ids = names.map((_, minutes) => sessionIDAt(INSIDE + minutes * MINUTE));
  await Promise.all(ids.map((id, index) => registerPlan(dir, id, names[index] ?? "")));
  oldRegister(dir, sessionIDAt(INSIDE + HOUR), "old");
  const warnings: Warning[] = [];
  const onWarning = (warning: Warning): void => void warnings.push(warning);
  await updatePlanStatus(dir, ids[0] ?? "", "executed", { onWarning });
  expect(warnings).toMatchObject([dropped]);
  const found = await Promise.all(ids.map((id) => lookupPlan(dir, id)));
  expect(found.map((plan) => plan?.plan)).toEqual(names);
});

test("a change of a status puts them back, too, and says so", async () => {
  const { dir, first, key } = await overwritten();
  const warnings: Warning[] = [];
  const onWarning = (warning: Warning): void => void warnings.push(warning);
  expect(await updatePlanStatus(dir, sessionIDAt(0), "executed", { onWarning })).toBeNull();
  expect(warnings).toEqual([]);
  await updatePlanStatus(dir, first, "executed", { onWarning });
  expect(warnings).toMatchObject([dropped]);
  const entry = documentIn(dir)[key];
  expect(entry).toMatchObject({ plan: "old", status: "created" });
  expect(entry?.["sessions"]).toMatchObject({ [first]: { plan: "first", status: "executed" } });
});

test("beside what was put back, a key that every object knows is one like any other", async () => {
  const { dir, first } = await overwritten();
  expect(await lookupPlan(dir, "valueOf1")).toBeNull();
  expect(await updatePlanStatus(dir, "valueOf1", "executed")).toBeNull();
  await registerPlan(dir, "valueOf1", "next");
  expect(await lookupPlan(dir, "valueOf1")).toMatchObject({ plan: "next" });
  expect(await lookupPlan(dir, first)).toMatchObject({ plan: "first" });
});

test("what was seen in one folder is not put back in another that is called the same", async () => {
  const { dir, first, old } = await overwritten();
  const other = projectWith("first", "old");
  oldRegister(other, old, "old");
  const before = process.cwd();
  onTestFinished(() => process.chdir(before));
  process.chdir(dir);
  expect(await lookupPlan(".", first)).toMatchObject({ plan: "first" });
  process.chdir(other);
  expect(await lookupPlan(".", first)).toMatchObject({ plan: "old" });
  const warnings: Warning[] = [];
  await registerPlan(".", old, "old", { onWarning: (warning) => warnings.push(warning) });
  expect(warnings).toEqual([]);
  expect(await listPlans(".")).toHaveLength(2);
});

test("a process that had not looked takes the original tool's plan for that of any session of the bucket", async () => {
  const { dir, first, second, elsewhere, old } = await overwritten();
  const next = sessionIDAt(INSIDE + 2 * HOUR);
  const answers = await askProcess(
    ...[first, second, old, elsewhere].map((id) => ["lookupPlan", dir, id] as const),
    ["registerPlan", dir, next, "next"],
    ...[first, next].map((id) => ["lookupPlan", dir, id] as const),
    ["listPlans", dir],
  );
  const oldPlan = { plan: "old" };
  expect(answers.slice(0, 4)).toMatchObject([oldPlan, oldPlan, oldPlan, { plan: "elsewhere" }]);
  // Now the bucket belongs to sessions that are known.
  expect(answers.slice(5, 7)).toMatchObject([null, { plan: "next" }]);
  expect(answers[7]).toMatchObject([oldPlan, { plan: "next" }, { plan: "elsewhere" }]);
  expect(await lookupPlan(dir, first)).toMatchObject({ plan: "first" });
});

test("sessions whose plans were taken away with the registry do not come back with the original tool's entry", async () => {
  const { dir, first, old } = await overwritten();
  for (const file of [".session-plans.json", "plan-first.md", "plan-second.md"]) {
    rmSync(join(dir, ".ai", file));
  }
  oldRegister(dir, old, "old");
  expect(await listPlans(dir)).toMatchObject([{ plan: "old" }]);
  await registerPlan(dir, first, "next");
  expect(await listPlans(dir)).toMatchObject([{ plan: "old" }, { plan: "next" }]);
});

test("a status that the original tool gives the latest plan of a bucket is that of its session", async () => {
  const dir = projectWith("first", "second", "third");
  const [first, second] = [sessionIDAt(INSIDE), sessionIDAt(INSIDE + HOUR)];
  await registerPlan(dir, first, "first");
  await registerPlan(dir, second, "second");
  oldSetStatus(dir, second, "executed");
  const statuses = async (): Promise<unknown[]> =>
    Promise.all([first, second].map(async (id) => (await lookupPlan(dir, id))?.status));
  expect(await statuses()).toEqual(["created", "executed"]);
  await registerPlan(dir, sessionIDAt(INSIDE + 2 * HOUR), "third");
  expect(await statuses()).toEqual(["created", "executed"]);
  const rows = await listPlans(dir);
  expect(rows.map(({ status }) => status)).toEqual(["created", "executed", "created"]);
});

test("the original tool's file is made ours by a registration, and its plan stays as nobody's in particular", async () => {
  const dir = projectWith("old", "new");
  const [old, mine] = [sessionIDAt(INSIDE), sessionIDAt(INSIDE + HOUR)];
  oldRegister(dir, old, "old");
  const entry = documentIn(dir)[shortKeyOf(old)];
  // Whatever it holds, it is nobody's.
  const more = { note: "of a newer tool", sessionKey: "x", fileExists: 1 };
  writeFileSync(registryPath(dir), JSON.stringify({ [shortKeyOf(old)]: { ...entry, ...more } }));
  await registerPlan(dir, mine, "new");
  expect(await lookupPlan(dir, mine)).toMatchObject({ plan: "new" });
  expect(await lookupPlan(dir, old)).toBeNull();
  expect(await listPlans(dir)).toMatchObject([
    { ...entry, sessionKey: shortKeyOf(old), fileExists: true },
    { plan: "new", sessionID: mine },
  ]);
  const sessions = documentIn(dir)[shortKeyOf(old)]?.["sessions"];
  expect(sessions).toMatchObject({ [shortKeyOf(old)]: { ...entry, ...more } });
  expect(oldLookup(dir, old)).toMatchObject({ plan: "new" });
});

const stored = { plan: "demo", createdAt: "2026-11-21T10:00:00.000Z", status: "created" } as const;

test("a plan that is nobody's in particular is listed without a session, whatever it says of one", async () => {
  const dir = projectWith("demo");
  const sessions = { ses_66d: { ...stored, sessionID: "ses_66d9" }, ses_66d1: stored };
  const entry = { ...stored, sessionID: "ses_66d1", sessions };
  writeFileSync(registryPath(dir), JSON.stringify({ ses_66d: entry }));
  const rows = await listPlans(dir);
  expect(rows.map(({ sessionID }) => sessionID)).toEqual([undefined, "ses_66d1"]);
  expect(await lookupPlan(dir, "ses_66d9")).toBeNull();
});

test.each([{ status: "archived" }, { plan: 5 }, { createdAt: null }, { sessionID: undefined }])(
  "what old tools read is the latest registration, also where %j stood",
  async (damage) => {
    const dir = projectWith("demo", "other");
    const top = { ...stored, sessionID: "ses_66d1", ...damage };
    const entry = { ...top, sessions: { ses_66d1: stored } };
    writeFileSync(registryPath(dir), JSON.stringify({ ses_66d: entry }));
    expect(await lookupPlan(dir, "ses_66d1")).toMatchObject(stored);
    const now = (): Date => new Date(INSIDE);
    const registered = await registerPlan(dir, "ses_66d2", "demo", { now });
    expect(documentIn(dir)["ses_66d"]).toMatchObject({ ...registered, sessionID: "ses_66d2" });
    expect(await lookupPlan(dir, "ses_66d1")).toMatchObject(stored);
  },
);

test("the plan at the top of an entry whose sessions are empty is its session's, and stays that", async () => {
  const dir = projectWith("demo", "other");
  const entry = { ...stored, sessionID: "ses_66d1", sessions: {} };
  writeFileSync(registryPath(dir), JSON.stringify({ ses_66d: entry }));
  expect(await readRegistry(dir)).toEqual({ ses_66d: entry });
  expect(await lookupPlan(dir, "ses_66d1")).toEqual(stored);
  expect(await lookupPlan(dir, "ses_66d2")).toBeNull();
  await registerPlan(dir, "ses_66d2", "other");
  expect(await lookupPlan(dir, "ses_66d1")).toEqual(stored);
});

const QUICKLY = { durability: "none" } as const;
const PLANS = ["p0", "p1", "p2"];

type Calls = typeof sessionPlans;

/** The calls of a process that has seen nothing yet. */
async function newProcess(): Promise<Calls> {
  vi.resetModules();
  return import("../src/session-plans/index.ts");
}

const step = fc.record({
  // Two of ours, each with sessions of its own, and the original tool.
  who: fc.constantFrom("a", "b", "old"),
  what: fc.constantFrom("register", "register", "setStatus", "look"),
  session: fc.nat(2),
  plan: fc.constantFrom(...PLANS),
  status: fc.constantFrom("reviewed" as const, "executed" as const),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Makes the steps in one bucket of a project; after each of ours, its sessions must be found. */
async function make(dir: string, steps: readonly Step[], processes: Record<string, Calls>) {
  const registered = new Map<string, string>();
  let time = INSIDE;
  const now = (): Date => new Date((time += 1));
  for (const { who, what, session, plan, status } of steps) {
    const calls = processes[who];
    const id = `ses_66d-${who}-${session}`;
    if (calls === undefined) {
      if (what === "setStatus") oldSetStatus(dir, id, status);
      else oldRegister(dir, id, "old", now());
      continue;
    }
    if (what === "setStatus") await calls.updatePlanStatus(dir, id, status, QUICKLY);
    if (what === "register") {
      await calls.registerPlan(dir, id, plan, { now, ...QUICKLY });
      registered.set(id, plan);
    }
    const own = [...registered].filter(([other]) => other.startsWith(`ses_66d-${who}-`));
    const found = await Promise.all(own.map(([other]) => calls.lookupPlan(dir, other)));
    expect(found.map((one) => one?.plan)).toEqual(own.map(([, name]) => name));
  }
}

test("who looks behind a registration of another one still puts back what was dropped before it", async () => {
  const dir = projectWith(...PLANS, "old");
  const [a, b] = [await newProcess(), await newProcess()];
  await a.registerPlan(dir, "ses_66d1", "p0");
  oldRegister(dir, "ses_66d2", "old");
  await b.registerPlan(dir, "ses_66d3", "p1");
  expect(await a.lookupPlan(dir, "ses_66d1")).toMatchObject({ plan: "p0" });
  const warnings: Warning[] = [];
  const onWarning = (warning: Warning): void => void warnings.push(warning);
  await a.registerPlan(dir, "ses_66d4", "p2", { onWarning });
  expect(await a.lookupPlan(dir, "ses_66d1")).toMatchObject({ plan: "p0" });
  expect(warnings).toMatchObject([dropped]);
});

test(
  "whatever an original tool drops, a process finds what its own sessions have registered",
  async () => {
    const root = temporaryFolder();
    const processes = { a: await newProcess(), b: await newProcess() };
    let projects = 0;
    const property = fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const dir = join(root, String((projects += 1)));
      mkdirSync(join(dir, ".ai"), { recursive: true });
      for (const plan of [...PLANS, "old"]) writePlan(dir, plan);
      await make(dir, steps, processes);
      const rows = await processes.a.listPlans(dir);
      const isOld = steps.some(({ who, what }) => who === "old" && what !== "setStatus");
      expect(rows.filter(({ plan }) => plan === "old")).toHaveLength(isOld ? 1 : 0);
    });
    await fc.assert(property, { numRuns: isLongTier ? 3_000 : 150 });
  },
  5 * MINUTE,
);

test("who puts back an earlier plan of a session, for it has seen no later one, does not undo that one", async () => {
  const dir = projectWith(...PLANS, "old");
  const [a, b] = [await newProcess(), await newProcess()];
  await a.registerPlan(dir, "ses_66d1", "p2", { now: () => new Date(INSIDE) });
  await b.registerPlan(dir, "ses_66d3", "p1", { now: () => new Date(INSIDE + 1) });
  await a.registerPlan(dir, "ses_66d1", "p0", { now: () => new Date(INSIDE + 2) });
  oldRegister(dir, "ses_66d2", "old", new Date(INSIDE + 3));
  await b.registerPlan(dir, "ses_66d3", "p1", { now: () => new Date(INSIDE + 4) });
  await a.registerPlan(dir, "ses_66d4", "p1", { now: () => new Date(INSIDE + 5) });
  expect(await a.lookupPlan(dir, "ses_66d1")).toMatchObject({ plan: "p0" });
  expect(await b.lookupPlan(dir, "ses_66d1")).toMatchObject({ plan: "p0" });
});
