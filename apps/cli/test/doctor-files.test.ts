import {
  existsSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

import { expect, test } from "vitest";

import { identifyProcess, withFileLock } from "@x/atomic-fs";

import { checkout, filesOf, SESSION, writeRegistryText } from "./checkout.ts";
import { diagnose, findingOf, idsIn, killedCabinet, type Patient, patientIn } from "./doctored.ts";

const REGISTRY = ".ai/.session-plans.json";
const ADOPT = ["plans", "adopt", "demo", "--session", SESSION];

/** A checkout in which `plans adopt` was killed before its first call of that name. */
async function killedAdoption(call: string): Promise<Patient & { temporary: string; pid: number }> {
  const dir = checkout();
  const { wasKilled, pid } = await killedCabinet(dir, [1, call], ADOPT);
  expect(wasKilled).toBe(true);
  const temporary = readdirSync(join(dir, ".ai")).find((name) => name.includes(".tmp.")) ?? "";
  return { ...patientIn(dir), temporary: join(dir, ".ai", temporary), pid };
}

test("a registry that is missing, and a complete write of it that was cut short: the write is put in its place", async () => {
  const sick = await killedAdoption("rename");
  const registry = join(sick.dir, REGISTRY);
  expect(existsSync(registry)).toBe(false);
  const written = readFileSync(sick.temporary, "utf8");
  expect(await findingOf(sick, "recoverable-file")).toMatchObject({
    severity: "error",
    path: registry,
    message: expect.stringContaining(basename(sick.temporary)),
  });
  const before = filesOf(sick.dir);
  const dry = await diagnose(sick, "--fix", "--dry-run");
  expect([dry.code, dry.fixed, filesOf(sick.dir)]).toEqual([1, [], before]);

  const { code, fixed, copies, findings } = await diagnose(sick, "--fix");
  expect(fixed).toContainEqual({
    id: "recoverable-file",
    path: registry,
    fix: expect.any(String),
    outcome: "done",
    reason: null,
  });
  expect([code, findings]).toEqual([0, []]);
  expect(readFileSync(registry, "utf8")).toBe(written);
  expect(copies).toEqual([expect.stringContaining(join(sick.dir, ".ai/.doctor/"))]);
  expect(readFileSync(join(copies[0] ?? "", basename(sick.temporary)), "utf8")).toBe(written);
  expect(lstatSync(copies[0] ?? "").mode & 0o777).toBe(0o700);
  const files = filesOf(sick.dir);
  expect(await diagnose(sick, "--fix")).toMatchObject({ code: 0, fixed: [], copies: [] });
  expect(filesOf(sick.dir)).toEqual(files);
});

test("a damaged registry is recovered from a newer write, and is kept aside and among the copies", async () => {
  const sick = await killedAdoption("rename");
  const registry = join(sick.dir, REGISTRY);
  writeRegistryText(sick.dir, '{"torn":');
  utimesSync(registry, 1_000, 1_000);
  expect(await idsIn(sick)).toEqual(["recoverable-file", "dead-lock"]);
  const { code, copies, findings } = await diagnose(sick, "--fix");
  expect([code, findings.map(({ id }) => id)]).toEqual([0, ["file-set-aside"]]);
  expect(JSON.parse(readFileSync(registry, "utf8"))).toHaveProperty("ses_66d");
  expect(readFileSync(join(copies[0] ?? "", basename(registry)), "utf8")).toBe('{"torn":');
  expect(readFileSync(findings[0]?.path ?? "", "utf8")).toBe('{"torn":');
  expect(findings[0]?.fix).toBeNull();
});

test.each([
  ["a registry of leases", ".planning/.local/registry.json", "{}", undefined],
  ["a registry of plans", REGISTRY, "[1]", undefined],
  ["a damaged registry of leases", ".planning/.local/registry.json", "{}", '{"torn":'],
  [
    "a registry of leases of this version",
    ".planning/.local/registry.json",
    '{"schema_version": 99, "leases": []}',
    '{"torn":',
  ],
  [
    "an agent history of this version",
    ".planning/login/.long-run/agent-history.json",
    '{"version": "99.0", "entries": []}',
    '{"torn":',
  ],
  ["a checkpoint", ".planning/login/.long-run/checkpoint.json", "[1]", '{"torn":'],
])(
  "what is JSON, and nothing that is read as %s, does not become it",
  async (_, name, left, old) => {
    const sick = patientIn(checkout());
    const target = join(sick.dir, name);
    mkdirSync(dirname(target), { recursive: true });
    if (old !== undefined) {
      writeFileSync(target, old);
      utimesSync(target, 1_000, 1_000);
    }
    writeFileSync(`${target}.tmp.99999999`, left);
    const { findings, fixed } = await diagnose(sick, "--fix");
    expect(findings).toContainEqual(
      expect.objectContaining({ id: "unfinished-file", path: `${target}.tmp.99999999` }),
    );
    const isDamaged = findings.some(({ id }) => id.endsWith("damaged"));
    expect([isDamaged, fixed]).toEqual([old !== undefined, []]);
    expect(existsSync(target) ? readFileSync(target, "utf8") : undefined).toBe(old);
  },
);

test("a write that was cut before it was complete is moved to the copies; a dead lock is given back", async () => {
  const sick = await killedAdoption("write");
  expect(await findingOf(sick, "orphaned-temporary-file")).toMatchObject({
    severity: "warning",
    path: sick.temporary,
    message: expect.stringContaining(`process ${sick.pid} was killed`),
  });
  const lock = join(sick.dir, `${REGISTRY}.lock`);
  expect(await findingOf(sick, "dead-lock")).toMatchObject({ severity: "note", path: lock });
  const { code, copies, findings } = await diagnose(sick, "--fix");
  expect([code, findings]).toEqual([0, []]);
  expect(readdirSync(join(sick.dir, ".ai")).toSorted()).toEqual([".doctor", "plan-demo.md"]);
  expect(readdirSync(copies[0] ?? "")).toEqual([basename(sick.temporary)]);
  expect(readFileSync(join(sick.dir, ".ai/.doctor/.gitignore"), "utf8")).toBe("*\n");
});

test("a registry that was cleaned after a write was cut short is in the trash, and does not come back by itself", async () => {
  const sick = await killedAdoption("rename");
  const trash = join(sick.dir, ".ai/.trash/29991231T235959000Z");
  mkdirSync(trash, { recursive: true });
  writeFileSync(join(trash, ".session-plans.json"), "{}");
  expect(await idsIn(sick)).toEqual(["orphaned-temporary-file", "dead-lock"]);
  await diagnose(sick, "--fix");
  expect(existsSync(join(sick.dir, REGISTRY))).toBe(false);
});

test("what older tools have left is found by the files that they wrote; what nobody can tell is a note", async () => {
  const sick = patientIn(checkout());
  const old = join(sick.dir, `${REGISTRY}.99999999.tmp`);
  const unknown = join(sick.dir, `${REGISTRY}.tmp`);
  writeFileSync(old, "{}");
  writeFileSync(unknown, "{}");
  writeRegistryText(sick.dir, {});
  const notes = join(sick.dir, ".ai/notes.md.tmp");
  writeFileSync(notes, "mine");
  expect(await findingOf(sick, "orphaned-temporary-file")).toMatchObject({ path: old });
  expect(await findingOf(sick, "unknown-temporary-file")).toMatchObject({
    severity: "note",
    path: unknown,
    fix: null,
  });
  const { code, findings } = await diagnose(sick, "--fix");
  expect([code, findings.map(({ path }) => path)]).toEqual([0, [unknown]]);
  expect([existsSync(old), existsSync(unknown), existsSync(notes)]).toEqual([false, true, true]);
});

test("what a living process writes, and holds, is no finding, and --fix leaves it", async () => {
  const sick = patientIn(checkout());
  const registry = join(sick.dir, REGISTRY);
  await withFileLock(registry, async () => {
    // As the process of this test would write it.
    const { pid, start } = identifyProcess() ?? {};
    writeFileSync(`${registry}.tmp.${pid}.${start}.abcd1234`, "{}");
    const files = filesOf(sick.dir);
    expect(await diagnose(sick, "--fix")).toMatchObject({ code: 0, findings: [], fixed: [] });
    expect(filesOf(sick.dir)).toEqual(files);
  });
});

test("a lock that a living process has for long, and one of another machine, are told and left", async () => {
  const sick = patientIn(checkout());
  const registry = join(sick.dir, REGISTRY);
  const foreign = join(sick.dir, ".ai/plan-demo.md.lock");
  symlinkSync("1-zzzz-12345678-1.1-4711-1-abcd1234", foreign);
  symlinkSync("somewhere", join(sick.dir, ".ai/other.lock"));
  expect(await findingOf(sick, "unknown-lock")).toMatchObject({
    severity: "warning",
    path: foreign,
    message: expect.stringContaining("Process 4711 "),
    fix: null,
  });
  await withFileLock(registry, async () => {
    const minutesAgo = Date.now() / 1000 - 10 * 60;
    lutimesSync(`${registry}.lock`, minutesAgo, minutesAgo);
    expect(await findingOf(sick, "held-lock")).toMatchObject({
      severity: "note",
      path: `${registry}.lock`,
      message: expect.stringMatching(new RegExp(`^Process ${process.pid}, .* 10 min`)),
      fix: null,
    });
    const files = filesOf(sick.dir);
    expect(await diagnose(sick, "--fix")).toMatchObject({ code: 1, fixed: [] });
    expect(filesOf(sick.dir)).toEqual(files);
  });
});

test("what lies in the place of a lock and is none keeps everybody waiting, and is told", async () => {
  const sick = patientIn(checkout());
  const lock = join(sick.dir, ".ai/plan-demo.md.lock");
  writeFileSync(lock, "");
  expect(await findingOf(sick, "unknown-lock")).toMatchObject({
    path: lock,
    message: expect.stringContaining("names no process"),
    fix: null,
  });
  expect(await diagnose(sick, "--fix")).toMatchObject({ code: 1, fixed: [] });
  expect(existsSync(lock)).toBe(true);
});

test("what a link leads to is not touched, and one temporary file that cannot be judged hides no other", async () => {
  const sick = patientIn(checkout());
  const elsewhere = join(checkout(), "theirs.json");
  writeFileSync(`${elsewhere}.tmp.99999999.1.abcd1234`, "{}");
  symlinkSync(elsewhere, join(sick.dir, ".ai/linked.json"));
  writeFileSync(join(sick.dir, ".ai/linked.json.tmp.99999999.1.abcd1234"), "{}");
  mkdirSync(join(sick.dir, ".ai/folder.json"));
  writeFileSync(join(sick.dir, ".ai/folder.json.tmp.99999999.1.abcd1234"), "{}");
  writeFileSync(join(sick.dir, ".ai/it's $HOME.json.tmp.99999999.1.abcd1234"), "{");
  expect(await idsIn(sick)).toEqual(["could-not-look", "orphaned-temporary-file"]);
  await diagnose(sick, "--fix");
  expect(existsSync(elsewhere)).toBe(false);
  expect(existsSync(`${elsewhere}.tmp.99999999.1.abcd1234`)).toBe(true);
  expect(await idsIn(sick)).toEqual(["could-not-look"]);
});

test("what was set aside is a note, whatever it is, and stays where it is", async () => {
  const sick = patientIn(checkout());
  const aside = join(sick.dir, `${REGISTRY}.broken-1700000000000`);
  writeFileSync(aside, "{");
  expect(await findingOf(sick, "file-set-aside")).toMatchObject({
    severity: "note",
    path: aside,
    advice: expect.stringContaining("move it to another folder"),
    fix: null,
  });
  expect(await diagnose(sick, "--fix")).toMatchObject({ code: 0, fixed: [] });
  expect(existsSync(aside)).toBe(true);
});

test("beside opencode.json and the database, too, what a killed writer has left is moved", async () => {
  const sick = patientIn(checkout());
  mkdirSync(join(sick.dir, "home"));
  const left = [
    join(sick.dir, "opencode.json.tmp.99999999.1.abcd1234"),
    join(sick.dir, "home/agents.lmdb.agents.json.tmp.99999999.1.abcd1234"),
    join(sick.dir, "home/agents.lmdb.export.jsonl.tmp.99999999.0.0123456789abcdef"),
  ];
  for (const path of left) writeFileSync(path, "half", { mode: 0o600 });
  writeFileSync(join(sick.dir, "opencode.json"), "{}");
  const others = join(sick.dir, "home/others.json.tmp.99999999.1.abcd1234");
  writeFileSync(others, "of another tool");
  const { findings } = await diagnose(sick);
  expect(new Set(findings.map(({ path }) => path))).toEqual(new Set(left));
  const { code, copies } = await diagnose(sick, "--fix");
  expect(code).toBe(0);
  expect(copies.flatMap((folder) => readdirSync(folder)).toSorted()).toEqual(
    left.map((path) => basename(path)).toSorted(),
  );
  expect(copies.find((folder) => folder.includes("agents.lmdb.doctor"))).toBeDefined();
  expect(existsSync(others)).toBe(true);
});

test("a link to itself hides nothing that is wrong elsewhere", async () => {
  const sick = patientIn(checkout());
  writeFileSync(join(sick.dir, ".ai/.session-plans.json"), "{");
  mkdirSync(join(sick.dir, ".planning/.local"), { recursive: true });
  symlinkSync("registry.json", join(sick.dir, ".planning/.local/registry.json"));
  expect(await idsIn(sick)).toContain("registry-damaged");
});

test("a write of a newer version beside a damaged registry hides no other finding", async () => {
  const sick = patientIn(checkout());
  const leases = join(sick.dir, ".planning/.local/registry.json");
  mkdirSync(dirname(leases), { recursive: true });
  for (const file of [join(sick.dir, REGISTRY), leases]) {
    writeFileSync(file, '{"torn":');
    utimesSync(file, 1_000, 1_000);
  }
  writeFileSync(`${leases}.tmp.99999999`, '{"schema_version": 99, "leases": []}');
  const { findings } = await diagnose(sick);
  const damaged = findings.filter(({ id }) => id === "registry-damaged");
  expect(damaged.map(({ path }) => path)).toEqual([join(sick.dir, REGISTRY), leases]);
  expect(findings.map(({ id }) => id)).not.toContain("could-not-look");
});
