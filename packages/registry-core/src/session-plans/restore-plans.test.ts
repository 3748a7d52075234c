import fs, {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { expect, onTestFinished, test, vi } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import {
  asidesIn,
  documentIn,
  projectWith,
  registryPath,
} from "../../test/support/plan-project.ts";
import {
  listPlans,
  listTrash,
  lookupPlan,
  registerPlan,
  restorePlans,
  trashPlans,
  updatePlanStatus,
} from "./index.ts";

function planPath(dir: string, name: string): string {
  return join(dir, `.ai/plan-${name}.md`);
}

async function clean(dir: string): Promise<string> {
  const { id } = (await trashPlans(dir)) ?? {};
  if (id === undefined) throw new Error("there was nothing to clean");
  return id;
}

/** What is in the trash beside the file that hides it from git. */
function trashed(dir: string): string[] {
  const names = readdirSync(join(dir, ".ai/.trash"), { recursive: true, encoding: "utf8" });
  return names.filter((name) => name !== ".gitignore").toSorted();
}

test("what was cleaned comes back as it was, and its folder in the trash goes", async () => {
  const dir = projectWith("login", "search");
  symlinkSync("plan-login.md", planPath(dir, "linked"));
  await registerPlan(dir, "ses_66d1", "login");
  await registerPlan(dir, "ses_66d2", "search");
  const registry = readFileSync(registryPath(dir), "utf8");
  const rows = await listPlans(dir);
  const id = await clean(dir);
  expect(await restorePlans(dir, id)).toEqual({
    id,
    plans: ["linked", "login", "search"],
    kept: [],
    registry: "restored",
    sessions: 2,
  });
  expect(readFileSync(registryPath(dir), "utf8")).toBe(registry);
  expect(await listPlans(dir)).toEqual(rows);
  expect(readFileSync(planPath(dir, "login"), "utf8")).toBe("# login\n");
  expect(readlinkSync(planPath(dir, "linked"))).toBe("plan-login.md");
  expect(trashed(dir)).toEqual([]);
  expect(await listTrash(dir)).toEqual([]);
});

test("a plan of that name that is there is never overwritten: the other one stays in the trash", async () => {
  const dir = projectWith("login", "search");
  const id = await clean(dir);
  writeFileSync(planPath(dir, "login"), "newer");
  const first = await restorePlans(dir, id);
  expect(first).toEqual({
    id,
    plans: ["search"],
    kept: ["login"],
    registry: "none",
    sessions: 0,
  });
  expect(readFileSync(planPath(dir, "login"), "utf8")).toBe("newer");
  expect(await listTrash(dir)).toMatchObject([{ id, plans: ["login"], hasRegistry: false }]);
  expect(await restorePlans(dir, id)).toMatchObject({ plans: [], kept: ["login"] });
  expect(readFileSync(join(dir, ".ai/.trash", id, "plan-login.md"), "utf8")).toBe("# login\n");
});

test("a session whose plan stays in the trash has no other one of its name, and its own when that is back", async () => {
  const dir = projectWith("a", "b");
  await registerPlan(dir, "ses_aaa1", "a");
  await registerPlan(dir, "ses_bbb1", "b");
  const id = await clean(dir);
  writeFileSync(planPath(dir, "a"), "# Another one\n");
  await registerPlan(dir, "ses_ccc1", "a");
  expect(await restorePlans(dir, id)).toMatchObject({
    plans: ["b"],
    kept: ["a"],
    registry: "kept",
    sessions: 1,
  });
  const sessions = async (): Promise<unknown> =>
    (await listPlans(dir)).map(({ sessionID, plan }) => `${sessionID} ${plan}`);
  expect(await sessions()).toEqual(["ses_ccc1 a", "ses_bbb1 b"]);
  rmSync(planPath(dir, "a"));
  expect(await restorePlans(dir, id)).toMatchObject({ plans: ["a"], kept: [], sessions: 1 });
  expect(await sessions()).toEqual(["ses_ccc1 a", "ses_bbb1 b", "ses_aaa1 a"]);
});

test("a folder and a link to nothing are in the way, too", async () => {
  const dir = projectWith("a", "b");
  const id = await clean(dir);
  mkdirSync(planPath(dir, "a"));
  symlinkSync("nowhere", planPath(dir, "b"));
  expect(await restorePlans(dir, id)).toMatchObject({ plans: [], kept: ["a", "b"] });
  expect(existsSync(join(dir, ".ai/nowhere"))).toBe(false);
});

test("sessions that have registered since keep their plans, the others have theirs again", async () => {
  const dir = projectWith("a", "b", "c");
  const at = (second: number) => ({ now: () => new Date(Date.UTC(2026, 10, 22, 0, 0, second)) });
  await registerPlan(dir, "ses_66d1", "a", at(1));
  await registerPlan(dir, "ses_66d2", "b", at(2));
  await registerPlan(dir, "ses_66e3", "c", at(3));
  const id = await clean(dir);
  writeFileSync(planPath(dir, "new"), "");
  await registerPlan(dir, "ses_66d1", "new", at(4));
  await updatePlanStatus(dir, "ses_66d1", "executed");
  expect(await restorePlans(dir, id)).toMatchObject({ registry: "restored", sessions: 2 });
  expect(await lookupPlan(dir, "ses_66d1")).toMatchObject({ plan: "new", status: "executed" });
  expect(await lookupPlan(dir, "ses_66d2")).toMatchObject({ plan: "b" });
  expect(await lookupPlan(dir, "ses_66e3")).toMatchObject({ plan: "c" });
  // What older tools read is still the latest registration.
  expect(documentIn(dir)["ses_66d"]).toMatchObject({ plan: "new", sessionID: "ses_66d1" });
  expect(await listTrash(dir)).toEqual([]);
});

test("at the top stands the latest registration, in whatever order the cleanings come back", async () => {
  const dir = projectWith("a", "b");
  await registerPlan(dir, "ses_66d1", "a", { now: () => new Date(1) });
  const first = await clean(dir);
  await registerPlan(dir, "ses_66d2", "b", { now: () => new Date(2), parentID: "ses_1" });
  const second = await clean(dir);
  await restorePlans(dir, first);
  await restorePlans(dir, second);
  expect(documentIn(dir)["ses_66d"]).toMatchObject({
    plan: "b",
    sessionID: "ses_66d2",
    parentID: "ses_1",
  });
  expect(await listPlans(dir)).toHaveLength(2);
});

test("fields that nobody knows come back with their entries", async () => {
  const dir = projectWith("a");
  const plan = { plan: "a", createdAt: "2026-01-01T00:00:00.000Z", status: "created" };
  const session = { ...plan, note: "mine" };
  const entry = { ...plan, sessionID: "ses_66d1", colour: "red", sessions: { ses_66d1: session } };
  writeFileSync(registryPath(dir), JSON.stringify({ ses_66d: entry, ses_66e: entry }));
  const id = await clean(dir);
  await registerPlan(dir, "ses_66d2", "a");
  expect(await restorePlans(dir, id)).toMatchObject({ registry: "restored" });
  expect(documentIn(dir)).toMatchObject({
    ses_66d: { colour: "red", sessions: { ses_66d1: session, ses_66d2: {} } },
    ses_66e: entry,
  });
});

test("a registry of which something is not understood stays in the trash, when its sessions are back", async () => {
  const dir = projectWith("a");
  const plan = { plan: "a", createdAt: "2026-01-01T00:00:00.000Z", status: "created" };
  const odd = { ...plan, status: "archived" };
  const entry = { ...plan, sessionID: "ses_66d1", sessions: { ses_66d1: plan, ses_66d3: odd } };
  writeFileSync(registryPath(dir), JSON.stringify({ ses_66d: entry }));
  const id = await clean(dir);
  await registerPlan(dir, "ses_66d2", "a");
  const again = { plans: [], kept: [], registry: "kept" };
  expect(await restorePlans(dir, id)).toMatchObject({ registry: "kept", sessions: 1 });
  expect(await restorePlans(dir, id)).toMatchObject({ ...again, sessions: 0 });
  expect(await listTrash(dir)).toMatchObject([{ id, plans: [], hasRegistry: true }]);
});

test("a damaged registry comes back where there is none, and else stays in the trash", async () => {
  const dir = projectWith();
  writeFileSync(registryPath(dir), "{ torn");
  expect(await restorePlans(dir, await clean(dir))).toMatchObject({ registry: "restored" });
  expect(readFileSync(registryPath(dir), "utf8")).toBe("{ torn");
  const id = await clean(dir);
  await registerPlan(dir, "ses_66d1", "new");
  expect(await restorePlans(dir, id)).toMatchObject({ registry: "kept", sessions: 0 });
  expect(await listTrash(dir)).toMatchObject([{ id, hasRegistry: true }]);
  expect(await listPlans(dir)).toMatchObject([{ sessionID: "ses_66d1" }]);
});

test("a damaged registry in its place is set aside for that of the trash", async () => {
  const dir = projectWith("a");
  await registerPlan(dir, "ses_66d1", "a");
  const id = await clean(dir);
  writeFileSync(registryPath(dir), "{ torn");
  const codes: string[] = [];
  const onWarning = ({ code }: { code: string }): void => void codes.push(code);
  expect(await restorePlans(dir, id, { onWarning })).toMatchObject({ sessions: 1 });
  expect(codes).toEqual(["REGISTRY_QUARANTINED"]);
  expect(asidesIn(dir)).toHaveLength(1);
  expect(await lookupPlan(dir, "ses_66d1")).toMatchObject({ plan: "a" });
});

test("a registry that comes into the trash after that one was merged stays there", async () => {
  const dir = projectWith("a");
  await registerPlan(dir, "ses_66d1", "a");
  const id = await clean(dir);
  writeFileSync(registryPath(dir), "{ torn");
  const newer = join(dir, ".ai/.trash", id, ".session-plans.json");
  // Called between the two holds of the lock.
  const onWarning = (): void => writeFileSync(newer, "{}\n");
  const restored = await restorePlans(dir, id, { onWarning });
  expect(restored).toMatchObject({ registry: "kept", sessions: 1 });
  expect(readFileSync(newer, "utf8")).toBe("{}\n");
});

test("a registry that is a link comes back as a link, and is not followed", async () => {
  const dir = projectWith();
  const home = temporaryFolder();
  writeFileSync(join(home, "plans.json"), "{}");
  symlinkSync(join(home, "plans.json"), registryPath(dir));
  expect(await restorePlans(dir, await clean(dir))).toMatchObject({ registry: "restored" });
  expect(readlinkSync(registryPath(dir))).toBe(join(home, "plans.json"));
  const id = await clean(dir);
  await registerPlan(dir, "ses_66d1", "new");
  expect(await restorePlans(dir, id)).toMatchObject({ registry: "kept" });
  expect(readFileSync(join(home, "plans.json"), "utf8")).toBe("{}");
});

test("what a killed process has left under both names is taken for the one file that it is", async () => {
  const dir = projectWith("a", "b");
  symlinkSync("plan-a.md", planPath(dir, "linked"));
  await registerPlan(dir, "ses_66d1", "a");
  const id = await clean(dir);
  const trash = join(dir, ".ai/.trash", id);
  linkSync(join(trash, "plan-a.md"), planPath(dir, "a"));
  symlinkSync("plan-a.md", planPath(dir, "linked"));
  linkSync(join(trash, ".session-plans.json"), registryPath(dir));
  expect(await restorePlans(dir, id)).toMatchObject({ plans: ["a", "b", "linked"], kept: [] });
  expect(trashed(dir)).toEqual([]);
  expect(await listPlans(dir)).toHaveLength(1);
});

/** What the system throws. */
function refusal(code: string): Error {
  return Object.assign(new Error(`${code}: refused`), { code });
}

test("on a file system without hard links, nothing is overwritten either", async () => {
  const dir = projectWith("a", "b");
  await registerPlan(dir, "ses_66d1", "a");
  const id = await clean(dir);
  writeFileSync(planPath(dir, "b"), "newer");
  const spy = vi.spyOn(fs, "linkSync").mockImplementation(() => {
    throw refusal("EPERM");
  });
  onTestFinished(() => spy.mockRestore());
  expect(await restorePlans(dir, id)).toMatchObject({ plans: ["a"], kept: ["b"], sessions: 1 });
  expect(readFileSync(planPath(dir, "a"), "utf8")).toBe("# a\n");
  expect(readFileSync(planPath(dir, "b"), "utf8")).toBe("newer");
  expect(trashed(dir)).toEqual([id, `${id}/plan-b.md`]);
});

test("where the system refuses in the midst, the rest stays where it is, and comes back later", async () => {
  const dir = projectWith("a", "b");
  const { renameSync: rename, linkSync: link } = fs;
  const spies = [
    vi.spyOn(fs, "renameSync").mockImplementation((from, to) => {
      if (String(from).endsWith("plan-b.md")) throw refusal("EACCES");
      rename(from, to);
    }),
    vi.spyOn(fs, "linkSync").mockImplementation((from, to) => {
      if (String(from).endsWith("plan-a.md")) throw refusal("ENOSPC");
      link(from, to);
    }),
  ];
  onTestFinished(() => spies.forEach((spy) => spy.mockRestore()));
  const denied = { code: "ATOMIC_FS_ACCESS_DENIED", path: planPath(dir, "b") };
  await expect(trashPlans(dir)).rejects.toMatchObject(denied);
  expect(existsSync(planPath(dir, "b"))).toBe(true);
  const [half] = await listTrash(dir);
  expect(half).toMatchObject({ plans: ["a"], hasRegistry: false });
  const full = { code: "ATOMIC_FS_NO_SPACE", path: planPath(dir, "a") };
  await expect(restorePlans(dir, half?.id ?? "")).rejects.toMatchObject(full);
  for (const spy of spies) spy.mockRestore();
  expect(await restorePlans(dir, half?.id ?? "")).toMatchObject({ plans: ["a"], kept: [] });
});

test("other people's files in the folder of a cleaning stay", async () => {
  const dir = projectWith("a");
  const id = await clean(dir);
  writeFileSync(join(dir, ".ai/.trash", id, "notes.md"), "mine");
  await restorePlans(dir, id);
  expect(trashed(dir)).toEqual([id, `${id}/notes.md`]);
  expect(await listTrash(dir)).toEqual([]);
});

test.each(["", "..", "../..", "a/b", "a\\b", "\u0000"])("%j is no id", async (id) => {
  const dir = projectWith("a");
  await clean(dir);
  await expect(restorePlans(dir, id)).rejects.toMatchObject({ code: "REGISTRY_NAME_UNSAFE" });
});

test.each(["20261122T021500123Z", ".gitignore", "mine", "20261122T021500999Z"])(
  "there is nothing called %j in the trash",
  async (id) => {
    const dir = projectWith("a");
    const cleaned = await clean(dir);
    mkdirSync(join(dir, ".ai/.trash/mine"));
    symlinkSync(cleaned, join(dir, ".ai/.trash/20261122T021500999Z"));
    const missing = { code: "REGISTRY_TRASH_NOT_FOUND", id };
    await expect(restorePlans(dir, id)).rejects.toMatchObject(missing);
    expect(await listTrash(dir)).toMatchObject([{ plans: ["a"] }]);
  },
);
