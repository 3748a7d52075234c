import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import type { Warning } from "../errors.ts";
import {
  assertRegistry,
  listPlans,
  lookupPlan,
  readRegistry,
  registerPlan,
  updatePlanStatus,
  writeRegistry,
} from "./index.ts";

const SESSION = "ses_66d1a2b3c4d5AbCdEfGhIjKlMn";
const NEIGHBOUR = "ses_66d9f8e7d6c5NmLkJiHgFeDcBa";
const now = (): Date => new Date("2026-11-21T10:00:00Z");

function project(registry?: string | Uint8Array): string {
  const dir = temporaryFolder();
  mkdirSync(join(dir, ".ai"));
  writeFileSync(join(dir, ".ai/plan-demo.md"), "# Demo\n");
  if (registry !== undefined) writeFileSync(join(dir, ".ai/.session-plans.json"), registry);
  return dir;
}

test("a registered plan is found by its session and listed, and a neighbour finds none", async () => {
  const dir = project();
  await registerPlan(dir, SESSION, "demo", { now });
  const plan = { plan: "demo", createdAt: "2026-11-21T10:00:00.000Z", status: "created" };
  expect(await lookupPlan(dir, SESSION)).toEqual(plan);
  expect(await lookupPlan(dir, NEIGHBOUR)).toBeNull();
  expect(await listPlans(dir)).toEqual([
    { ...plan, sessionKey: "ses_66d", sessionID: SESSION, fileExists: true },
  ]);
  expect(readFileSync(join(dir, ".ai/.session-plans.json"), "utf8")).toContain(
    '\n  "ses_66d": {\n',
  );
});

test("a plan whose file is gone is not found, and listed as gone", async () => {
  const dir = project();
  await registerPlan(dir, SESSION, "demo");
  rmSync(join(dir, ".ai/plan-demo.md"));
  expect(await lookupPlan(dir, SESSION)).toBeNull();
  expect(await listPlans(dir)).toMatchObject([{ plan: "demo", fileExists: false }]);
});

test("a project without a registry reads as empty, and reading creates nothing", async () => {
  const dir = temporaryFolder();
  expect(await readRegistry(dir)).toEqual({});
  expect(await listPlans(dir)).toEqual([]);
  expect(await lookupPlan(dir, SESSION)).toBeNull();
  await assertRegistry(dir);
  expect(readdirSync(dir)).toEqual([]);
});

const whole = JSON.stringify({ ses_old: { plan: "old", createdAt: "x", status: "created" } });
test.each([
  ["cut", whole.slice(0, -5)],
  ["empty", ""],
  ["full of NUL bytes", Buffer.alloc(4096)],
  ["not UTF-8", Buffer.from('{"ses_old": "\xff"}', "latin1")],
  ["an array", "[]"],
  ["a string", '"plans"'],
  ["too large", Buffer.alloc(33 * 1024 * 1024, " ")],
])(
  "a registry that is %s reads as empty and is set aside before the next write",
  async (_title, content) => {
    const dir = project(content);
    const file = join(dir, ".ai/.session-plans.json");
    expect(await readRegistry(dir)).toEqual({});
    await expect(assertRegistry(dir)).rejects.toMatchObject({
      code: "REGISTRY_CORRUPT",
      path: file,
    });
    expect(readFileSync(file).equals(Buffer.from(content))).toBe(true);

    const warnings: Warning[] = [];
    await registerPlan(dir, SESSION, "demo", { onWarning: (warning) => warnings.push(warning) });
    expect(await lookupPlan(dir, SESSION)).toMatchObject({ plan: "demo" });
    expect(warnings).toMatchObject([{ code: "REGISTRY_QUARANTINED" }]);
    expect(readFileSync(warnings[0]?.path ?? "").equals(Buffer.from(content))).toBe(true);
  },
);

test("an entry that is not understood stays; where it must be replaced, the file is set aside", async () => {
  const dir = project('{"ses_66d": 5, "__proto__": {"plan": "p"}}');
  const asides = (): string[] =>
    readdirSync(join(dir, ".ai")).filter((n) => n.includes(".broken-"));
  await registerPlan(dir, "other", "demo");
  expect(asides()).toEqual([]);
  const text = readFileSync(join(dir, ".ai/.session-plans.json"), "utf8");
  expect(text).toContain('"ses_66d": 5');
  expect(text).toContain('"__proto__": {');
  await registerPlan(dir, SESSION, "demo");
  expect(asides()).toHaveLength(1);
  expect(await lookupPlan(dir, "other")).toMatchObject({ plan: "demo" });
  expect(await lookupPlan(dir, SESSION)).toMatchObject({ plan: "demo" });
});

test("a registry that cannot be read is not taken for corrupt, and not replaced", async () => {
  const dir = project();
  mkdirSync(join(dir, ".ai/.session-plans.json"));
  expect(await readRegistry(dir)).toEqual({});
  await expect(assertRegistry(dir)).rejects.toMatchObject({ code: "REGISTRY_UNREADABLE" });
  await expect(registerPlan(dir, SESSION, "demo")).rejects.toMatchObject({
    code: "ATOMIC_FS_IS_DIRECTORY",
  });
  expect(readdirSync(join(dir, ".ai")).toSorted()).toEqual([".session-plans.json", "plan-demo.md"]);
});

test("a missing project folder is an error, and is not created", async () => {
  const dir = join(temporaryFolder(), "missing");
  await expect(registerPlan(dir, SESSION, "demo")).rejects.toMatchObject({
    code: "REGISTRY_FOLDER_MISSING",
    path: dir,
  });
  expect(existsSync(dir)).toBe(false);
});

test("an unsafe plan name and an empty session id are refused before anything is touched", async () => {
  const dir = temporaryFolder();
  await expect(registerPlan(dir, SESSION, "../evil")).rejects.toMatchObject({
    code: "REGISTRY_NAME_UNSAFE",
  });
  await expect(registerPlan(dir, "", "demo")).rejects.toThrow(TypeError);
  expect(readdirSync(dir)).toEqual([]);
});

test("a registry read and written back is the same, with what is not understood and its mode", async () => {
  const dir = project(
    JSON.stringify({
      odd: 5,
      ses_66d: {
        plan: "demo",
        createdAt: "x",
        status: "created",
        sessionID: SESSION,
        sessions: {
          [NEIGHBOUR]: { plan: "demo", createdAt: "x", status: "archived" },
          [SESSION]: { plan: "demo", createdAt: "x", status: "created" },
        },
      },
    }),
  );
  const file = join(dir, ".ai/.session-plans.json");
  const before: unknown = JSON.parse(readFileSync(file, "utf8"));
  chmodSync(file, 0o600);
  const registry = await readRegistry(dir);
  expect(Object.keys(registry)).toEqual(["ses_66d"]);
  await writeRegistry(dir, registry);
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(before);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("writeRegistry creates .ai, takes entries away, and sets a corrupt file aside", async () => {
  const dir = temporaryFolder();
  await writeRegistry(dir, {});
  expect(await readRegistry(dir)).toEqual({});
  await registerPlan(dir, SESSION, "demo");
  await writeRegistry(dir, {});
  expect(await listPlans(dir)).toEqual([]);
  writeFileSync(join(dir, ".ai/.session-plans.json"), "corrupt");
  const warnings: Warning[] = [];
  await writeRegistry(dir, {}, { onWarning: (warning) => warnings.push(warning) });
  expect(readFileSync(warnings[0]?.path ?? "", "utf8")).toBe("corrupt");
});

test("a corrupt registry behind a link is set aside, and the link stays", async () => {
  const dir = project();
  const shared = join(dir, "shared.json");
  writeFileSync(shared, "corrupt");
  symlinkSync(shared, join(dir, ".ai/.session-plans.json"));
  const warnings: Warning[] = [];
  await registerPlan(dir, SESSION, "demo", { onWarning: (warning) => warnings.push(warning) });
  expect(readFileSync(warnings[0]?.path ?? "", "utf8")).toBe("corrupt");
  expect(readFileSync(shared, "utf8")).toContain(SESSION);
});

test("what a link out of the project leads to is not replaced: the link may have come with it", async () => {
  const dir = project();
  const theirs = join(temporaryFolder(), "profile");
  symlinkSync(theirs, join(dir, ".ai/.session-plans.json"));
  await expect(registerPlan(dir, SESSION, "demo")).rejects.toMatchObject({
    code: "REGISTRY_UNREADABLE",
  });
  writeFileSync(theirs, "export PATH");
  await expect(registerPlan(dir, SESSION, "demo")).rejects.toMatchObject({
    code: "REGISTRY_CORRUPT",
  });
  expect(readFileSync(theirs, "utf8")).toBe("export PATH");
  expect(readdirSync(dirname(theirs))).toEqual(["profile"]);
});

test("a registry nested too deeply to be written is set aside", async () => {
  const dir = project(`{"odd": ${"[".repeat(100_000)}${"]".repeat(100_000)}}`);
  const warnings: Warning[] = [];
  await registerPlan(dir, SESSION, "demo", { onWarning: (warning) => warnings.push(warning) });
  expect(warnings).toMatchObject([{ message: expect.stringContaining("nested too deeply") }]);
  expect(await lookupPlan(dir, SESSION)).toMatchObject({ plan: "demo" });
});

test("a registration that would make the registry larger than can be read is refused", async () => {
  // Compact it is within the limit, written with two spaces it is not.
  const numbers = Array.from({ length: 5_000_000 }, () => 1);
  const text = JSON.stringify({ odd: numbers });
  const dir = project(text);
  await expect(registerPlan(dir, SESSION, "demo")).rejects.toMatchObject({ code: "REGISTRY_FULL" });
  expect(readFileSync(join(dir, ".ai/.session-plans.json"), "utf8") === text).toBe(true);
  expect(readdirSync(join(dir, ".ai"))).toHaveLength(2);
});

test("a write that fails leaves a corrupt registry where it is, and nothing beside it", async () => {
  const dir = project("corrupt");
  const huge = "x".repeat(33 * 1024 * 1024);
  await expect(registerPlan(dir, huge, "demo")).rejects.toMatchObject({ code: "REGISTRY_FULL" });
  expect(readdirSync(join(dir, ".ai")).toSorted()).toEqual([".session-plans.json", "plan-demo.md"]);
  expect(readFileSync(join(dir, ".ai/.session-plans.json"), "utf8")).toBe("corrupt");
});

test("a relative folder is that of the moment of the call", async () => {
  const dir = project();
  const before = process.cwd();
  process.chdir(dir);
  const registering = registerPlan(".", SESSION, "demo");
  process.chdir(before);
  await registering;
  expect(await lookupPlan(dir, SESSION)).toMatchObject({ plan: "demo" });
});

test("a session without a plan of its own finds that of a parent, then of a child, where they are given", async () => {
  const dir = project();
  const [parent, child, grandchild] = ["ses_77d1parent", "ses_66d0child", "ses_55d0grandchild"];
  await registerPlan(dir, grandchild, "demo", { parentID: child, now });
  expect(await lookupPlan(dir, child)).toBeNull();
  const found = {
    plan: "demo",
    createdAt: now().toISOString(),
    status: "created",
    parentID: child,
  };
  expect(await lookupPlan(dir, child, { children: [grandchild] })).toEqual(found);
  expect(await lookupPlan(dir, "ses_99", { parents: [parent, grandchild] })).toEqual(found);
  await registerPlan(dir, child, "other");
  expect(await lookupPlan(dir, child, { children: [grandchild] })).toBeNull();
  expect(await listPlans(dir)).toMatchObject([{ parentID: child }, { plan: "other" }]);
});

test("a plan of an older tool is found last, after those of the family", async () => {
  const dir = project(
    JSON.stringify({ ses_66d: { plan: "old", createdAt: "x", status: "created" } }),
  );
  writeFileSync(join(dir, ".ai/plan-old.md"), "# Old\n");
  await registerPlan(dir, "ses_77d1parent", "demo");
  expect(await lookupPlan(dir, SESSION)).toMatchObject({ plan: "old" });
  expect(await lookupPlan(dir, SESSION, { parents: ["ses_77d1parent"] })).toMatchObject({
    plan: "demo",
  });
});

test("a status is changed for its session; without a plan nothing is created", async () => {
  const dir = project();
  rmSync(join(dir, ".ai"), { recursive: true });
  expect(await updatePlanStatus(dir, SESSION, "executed")).toBeNull();
  expect(readdirSync(dir)).toEqual([]);
  await registerPlan(dir, SESSION, "demo", { now });
  await registerPlan(dir, NEIGHBOUR, "demo", { now });
  expect(await updatePlanStatus(dir, SESSION, "executed")).toMatchObject({ status: "executed" });
  expect((await readRegistry(dir))["ses_66d"]).toMatchObject({
    status: "created",
    sessions: { [SESSION]: { status: "executed" }, [NEIGHBOUR]: { status: "created" } },
  });
  expect(await updatePlanStatus(dir, "ses_66dstranger", "failed")).toBeNull();
  await expect(updatePlanStatus(dir, SESSION, "lost" as "failed")).rejects.toThrow(TypeError);
});

test("what an older tool drops while this process looks on is found still, and put back with a warning", async () => {
  const dir = project();
  const file = join(dir, ".ai/.session-plans.json");
  await registerPlan(dir, SESSION, "demo");
  const old = { plan: "demo", createdAt: "2026-01-01T00:00:00.000Z", status: "created" };
  writeFileSync(file, JSON.stringify({ ses_66d: old }));
  expect(await lookupPlan(dir, SESSION)).toMatchObject({ plan: "demo" });
  expect(await lookupPlan(dir, NEIGHBOUR)).toBeNull();
  const warnings: Warning[] = [];
  await registerPlan(dir, NEIGHBOUR, "demo", { onWarning: (warning) => warnings.push(warning) });
  expect(warnings).toMatchObject([{ code: "REGISTRY_SESSIONS_DROPPED", path: file }]);
  expect((await listPlans(dir)).map(({ sessionID }) => sessionID)).toEqual([
    SESSION,
    undefined,
    NEIGHBOUR,
  ]);
});

test("an entry that is written without sessions leaves those that were there", async () => {
  const dir = project();
  await registerPlan(dir, SESSION, "demo", { now });
  const registry = await readRegistry(dir);
  registry["ses_66d"] = { plan: "other", createdAt: "x", status: "reviewed" };
  await writeRegistry(dir, registry);
  expect(await lookupPlan(dir, SESSION)).toMatchObject({ plan: "demo", status: "created" });
  expect((await readRegistry(dir))["ses_66d"]).toMatchObject({ plan: "other", status: "reviewed" });
  const wrong = { ses_66d: { plan: 5 } } as never;
  await expect(writeRegistry(dir, wrong)).rejects.toMatchObject({ code: "REGISTRY_VALUE_INVALID" });
});
