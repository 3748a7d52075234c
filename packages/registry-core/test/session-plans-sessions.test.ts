import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import {
  listPlans,
  lookupPlan,
  readRegistry,
  registerPlan,
  type SessionPlanStatus,
  updatePlanStatus,
  writeRegistry,
} from "../src/session-plans/index.ts";
import { askProcess } from "./support/ask-process.ts";
import { oldList, oldLookup, oldRegister } from "./support/old-tool.ts";
import { documentIn, projectWith, registryPath, writePlan } from "./support/plan-project.ts";
import {
  BUCKET_MILLISECONDS,
  bucketStart,
  HOUR,
  MINUTE,
  sessionIDAt,
  shortKeyOf,
} from "./support/session-ids.ts";

// In the middle of a bucket, and half an hour before the end of it.
const BUCKET = bucketStart(Date.UTC(2026, 10, 21, 10));
const INSIDE = BUCKET + 2 * HOUR;
const AT_THE_EDGE = BUCKET + BUCKET_MILLISECONDS - HOUR / 2;

const at = (milliseconds: number) => () => new Date(milliseconds);

test("real ids share seven characters for 4 h 39 min, and those of an hour apart in 4 of 5 cases", () => {
  const key = shortKeyOf(sessionIDAt(BUCKET));
  expect(shortKeyOf(sessionIDAt(BUCKET + BUCKET_MILLISECONDS - 1, 4095))).toBe(key);
  expect(shortKeyOf(sessionIDAt(BUCKET + BUCKET_MILLISECONDS)) < key).toBe(true);
  expect(shortKeyOf(sessionIDAt(BUCKET - 1)) > key).toBe(true);
  expect(BUCKET_MILLISECONDS / MINUTE).toBeCloseTo(4 * 60 + 39.6, 1);
  const times = Array.from({ length: 1_000 }, (_, index) => BUCKET + index * MINUTE);
  const meetings = times.filter(
    (time) => shortKeyOf(sessionIDAt(time)) === shortKeyOf(sessionIDAt(time + HOUR)),
  );
  expect(meetings.length / times.length).toBeCloseTo(0.8, 1);
  expect(sessionIDAt(BUCKET)).toMatch(/^ses_[\da-f]{12}[\dA-Za-z]{14}$/);
});

/** A project in which sessions of one hour have registered a plan each, the first one first. */
async function twentySessions(start: number): Promise<{ dir: string; ids: string[] }> {
  const times = Array.from({ length: 20 }, (_, index) => start + index * 3 * MINUTE);
  const dir = projectWith(...times.map((_, index) => `p${index}`));
  const ids = times.map((time) => sessionIDAt(time));
  for (const [index, sessionID] of ids.entries()) {
    await registerPlan(dir, sessionID, `p${index}`, { now: at(times[index] ?? 0) });
  }
  return { dir, ids };
}

test.each([
  ["one bucket", INSIDE, 1],
  ["two buckets", AT_THE_EDGE, 2],
])(
  "twenty sessions of an hour in %s find their own plans, and strangers beside them none",
  async (_, start, buckets) => {
    const { dir, ids } = await twentySessions(start);
    for (const [index, sessionID] of ids.entries()) {
      expect(await lookupPlan(dir, sessionID)).toEqual({
        plan: `p${index}`,
        createdAt: new Date(start + index * 3 * MINUTE).toISOString(),
        status: "created",
      });
    }
    for (let stranger = 0; stranger < 500; stranger += 1) {
      const time = start + Math.floor(Math.random() * HOUR);
      expect(await lookupPlan(dir, sessionIDAt(time))).toBeNull();
    }
    const rows = await listPlans(dir);
    expect(rows.map(({ sessionID }) => sessionID)).toEqual(ids);
    expect(rows.map(({ plan }) => plan)).toEqual(ids.map((_id, index) => `p${index}`));
    expect(rows.every(({ fileExists }) => fileExists)).toBe(true);
    const keys = new Set(ids.map(shortKeyOf));
    expect(keys.size).toBe(buckets);
    expect(Object.keys(documentIn(dir))).toEqual([...keys]);
  },
);

test("a reader that knows only seven characters sees the latest plan of each bucket", async () => {
  const { dir, ids } = await twentySessions(AT_THE_EDGE);
  const [first = "", last = ""] = [ids[0], ids[19]];
  const latest = (index: number): object => ({
    plan: `p${index}`,
    createdAt: new Date(AT_THE_EDGE + index * 3 * MINUTE).toISOString(),
    status: "created",
  });
  expect(oldLookup(dir, first)).toMatchObject(latest(9));
  expect(oldLookup(dir, last)).toMatchObject(latest(19));
  await updatePlanStatus(dir, last, "executed");
  await updatePlanStatus(dir, first, "failed");
  expect(oldList(dir)).toEqual([
    { ...latest(9), sessionKey: shortKeyOf(first), fileExists: true },
    { ...latest(19), status: "executed", sessionKey: shortKeyOf(last), fileExists: true },
  ]);
});

test("a session without a plan of its own finds that of its parents, the nearest first, or of its children", async () => {
  const dir = projectWith("grandparent", "parent", "own", "child", "old");
  const [grandparent, parent, child, own] = [0, 1, 2, 3].map((hours) =>
    sessionIDAt(INSIDE + hours * HOUR),
  ) as [string, string, string, string];
  const old = sessionIDAt(INSIDE - BUCKET_MILLISECONDS);
  oldRegister(dir, old, "old");
  await registerPlan(dir, grandparent, "grandparent");
  await registerPlan(dir, parent, "parent", { parentID: grandparent });
  await registerPlan(dir, child, "child", { parentID: own });
  const planOf = async (...args: Parameters<typeof lookupPlan>): Promise<string | undefined> =>
    (await lookupPlan(...args))?.plan;

  expect(await planOf(dir, own)).toBeUndefined();
  expect(await planOf(dir, own, { parents: [parent, grandparent] })).toBe("parent");
  expect(await planOf(dir, own, { parents: ["unknown", grandparent] })).toBe("grandparent");
  expect(await planOf(dir, own, { parents: [grandparent], children: [child] })).toBe("grandparent");
  expect(await planOf(dir, own, { parents: ["unknown"], children: [child] })).toBe("child");
  // A plan of an older tool is nobody's in particular, and so no parent's.
  expect(await planOf(dir, own, { parents: [old] })).toBeUndefined();
  expect(await planOf(dir, old, { parents: [parent] })).toBe("parent");
  expect(await planOf(dir, old, { parents: ["unknown"] })).toBe("old");
  await registerPlan(dir, own, "own");
  expect(await planOf(dir, own, { parents: [parent], children: [child] })).toBe("own");
  rmSync(join(dir, ".ai/plan-own.md"));
  expect(await planOf(dir, own, { parents: [parent], children: [child] })).toBeUndefined();
});

test("the parent is stored with the session, also when it registers again without", async () => {
  const dir = projectWith("plan");
  const [parent, child] = [sessionIDAt(INSIDE), sessionIDAt(INSIDE + HOUR)];
  await registerPlan(dir, parent, "plan");
  expect(await registerPlan(dir, child, "plan", { parentID: parent })).toMatchObject({
    parentID: parent,
  });
  expect(await registerPlan(dir, child, "plan")).toMatchObject({ parentID: parent });
  expect(documentIn(dir)[shortKeyOf(child)]).toMatchObject({ sessionID: child, parentID: parent });
  const rows = await listPlans(dir);
  expect(rows.map(({ parentID }) => parentID)).toEqual([undefined, parent]);
  await registerPlan(dir, parent, "plan");
  expect(documentIn(dir)[shortKeyOf(child)]).not.toHaveProperty("parentID");
  await expect(registerPlan(dir, child, "plan", { parentID: "" })).rejects.toThrow(TypeError);
});

test("a status of an unknown session changes nothing, and creates neither file nor folder", async () => {
  const empty = temporaryFolder();
  const missing = join(empty, "missing");
  for (const dir of [empty, missing]) {
    expect(await updatePlanStatus(dir, sessionIDAt(INSIDE), "executed")).toBeNull();
  }
  expect(readdirSync(empty)).toEqual([]);
  const { dir } = await twentySessions(INSIDE);
  const before = [readFileSync(registryPath(dir), "utf8"), statSync(registryPath(dir)).ino];
  expect(await updatePlanStatus(dir, sessionIDAt(INSIDE), "executed")).toBeNull();
  await expect(
    updatePlanStatus(dir, sessionIDAt(INSIDE), "lost" as SessionPlanStatus),
  ).rejects.toThrow(TypeError);
  expect([readFileSync(registryPath(dir), "utf8"), statSync(registryPath(dir)).ino]).toEqual(
    before,
  );
  expect(readdirSync(join(dir, ".ai"))).toHaveLength(21);
});

test("the status at the top changes with that of the latest session alone", async () => {
  const { dir, ids } = await twentySessions(INSIDE);
  const [first = "", last = ""] = [ids[0], ids[19]];
  const top = (): unknown => documentIn(dir)[shortKeyOf(first)]?.["status"];
  for (const sessionID of ids.slice(0, -1)) await updatePlanStatus(dir, sessionID, "reviewed");
  expect(top()).toBe("created");
  await updatePlanStatus(dir, last, "failed");
  expect(top()).toBe("failed");
  expect((await listPlans(dir)).map(({ status }) => status)).toEqual([
    ...ids.slice(0, -1).map(() => "reviewed"),
    "failed",
  ]);
  // The latest one is who registered last, in whatever order they stand.
  await registerPlan(dir, first, "p0");
  expect(top()).toBe("created");
  await updatePlanStatus(dir, first, "executed");
  expect(top()).toBe("executed");
});

test("what readRegistry gives can be changed, and nobody else sees that", async () => {
  const { dir, ids } = await twentySessions(INSIDE);
  const [first = ""] = ids;
  const registry = await readRegistry(dir);
  const entry = registry[shortKeyOf(first)];
  Object.assign(entry ?? {}, { plan: "mine" });
  Object.assign(entry?.sessions?.[first] ?? {}, { plan: "mine" });
  delete entry?.sessions?.[ids[1] ?? ""];
  registry["new"] = { plan: "new", createdAt: "", status: "created" };
  expect(await readRegistry(dir)).toEqual(documentIn(dir));
  expect(await lookupPlan(dir, first)).toMatchObject({ plan: "p0" });
  expect(await listPlans(dir)).toHaveLength(20);
});

test("the pattern of the original works: read, change an entry by a spread, write", async () => {
  const { dir, ids } = await twentySessions(INSIDE);
  const key = shortKeyOf(ids[0] ?? "");
  const registry = await readRegistry(dir);
  const entry = registry[key];
  if (entry === undefined) throw new Error("the entry is missing");
  const changed = { ...entry, newField: "value" };
  registry[key] = changed;
  await writeRegistry(dir, registry);
  expect(documentIn(dir)[key]).toEqual(changed);
  // Such an entry is carried along, and is the caller's own.
  changed.newField = "changed later";
  await registerPlan(dir, ids[3] ?? "", "p3");
  expect(documentIn(dir)[key]).toMatchObject({ newField: "value", plan: "p3" });
  expect(await listPlans(dir)).toHaveLength(20);
});

test("entries without sessions, written as the original has them, leave the sessions of others", async () => {
  const { dir, ids } = await twentySessions(AT_THE_EDGE);
  const [first = "", last = ""] = [ids[0], ids[19]];
  writePlan(dir, "old");
  const registry = await readRegistry(dir);
  registry[shortKeyOf(first)] = { plan: "old", createdAt: "2026-01-01", status: "created" };
  await writeRegistry(dir, registry);
  expect(oldLookup(dir, first)).toMatchObject({ plan: "old" });
  const found = await askProcess(...ids.map((id) => ["lookupPlan", dir, id] as const), [
    "listPlans",
    dir,
  ]);
  expect(found.slice(0, -1)).toMatchObject(ids.map((_, index) => ({ plan: `p${index}` })));
  expect(found.at(-1)).toHaveLength(21);
  // What is left out is taken away, with its sessions.
  const { [shortKeyOf(first)]: _gone, ...rest } = await readRegistry(dir);
  await writeRegistry(dir, rest);
  expect(await lookupPlan(dir, first)).toBeNull();
  expect(await lookupPlan(dir, last)).toMatchObject({ plan: "p19" });
});
