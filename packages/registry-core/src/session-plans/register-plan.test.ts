import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import type { Warning } from "../errors.ts";
import {
  assertRegistry,
  listPlans,
  lookupPlan,
  readRegistry,
  registerPlan,
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
    code: "REGISTRY_UNREADABLE",
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

test("writeRegistry replaces the whole registry, creating .ai, with its mode kept", async () => {
  const dir = temporaryFolder();
  await registerPlan(dir, SESSION, "demo", { now });
  const file = join(dir, ".ai/.session-plans.json");
  chmodSync(file, 0o600);
  const registry = await readRegistry(dir);
  const elsewhere = temporaryFolder();
  await writeRegistry(elsewhere, registry);
  expect(readFileSync(join(elsewhere, ".ai/.session-plans.json"), "utf8")).toBe(
    readFileSync(file, "utf8"),
  );
});
