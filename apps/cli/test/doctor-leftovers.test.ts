import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

import { expect, test } from "vitest";

import { grantLease } from "@x/registry-core/leases";

import { checkout, filesOf, writeRegistryText } from "./checkout.ts";
import { diagnose, findingOf, idsIn, killedCabinet, patientIn } from "./doctored.ts";
import { REGISTRY, worktrees } from "./lease-checkout.ts";
import { cabinet } from "./run-cabinet-here.ts";
import { writeSpec } from "./spec-checkout.ts";

const END = ".tmp.99999999.1.abcd1234";

test("what is of another branch does not come back on this one", async () => {
  const { main } = worktrees(false);
  const git = (...args: string[]): string =>
    execFileSync("git", ["-C", main, "-c", "user.name=a", "-c", "user.email=a@b", ...args], {
      encoding: "utf8",
    });
  const first = git("branch", "--show-current").trim();
  git("checkout", "--quiet", "-b", "feat");
  writeSpec(main, "specs/login.md", "login");
  await cabinet(main, ["planning", "setup", "--spec", "specs/login.md"]);
  git("add", ".");
  git("commit", "--quiet", "-m", "login");
  const status = join(main, ".planning/login/status.yaml");
  const update = ["planning", "update-branch", "--branch", "feat", "--spec", "login"];
  expect(await killedCabinet(main, [1, "rename"], update)).toMatchObject({ wasKilled: true });
  const folder = dirname(status);
  const left = join(folder, readdirSync(folder).find((name) => name.includes(".tmp.")) ?? "");
  git("checkout", "--quiet", first);
  const sick = { dir: main, path: join(main, "../agents.lmdb") };
  expect(await findingOf(sick, "unfinished-file")).toMatchObject({
    severity: "note",
    path: left,
    message: expect.stringContaining("is missing"),
    fix: null,
  });
  const { code, fixed } = await diagnose(sick, "--fix");
  expect([code, fixed.map(({ id }) => id)]).toEqual([0, ["dead-lock"]]);
  expect([existsSync(status), existsSync(left)]).toEqual([false, true]);
  git("checkout", "--quiet", "feat");
});

test("a configuration with comments is never replaced; what was left beside it is moved", async () => {
  const sick = patientIn(checkout());
  mkdirSync(join(sick.dir, ".opencode"));
  const names = ["opencode.json", "opencode.jsonc", ".opencode/opencode.json"];
  const text = '{\n  // mine\n  "model": "a/b",\n}\n';
  for (const name of names) {
    writeFileSync(join(sick.dir, name), text);
    utimesSync(join(sick.dir, name), 1_000, 1_000);
    writeFileSync(join(sick.dir, name + END), "{}");
  }
  const lost = join(sick.dir, `.opencode/opencode.jsonc${END}`);
  writeFileSync(lost, "{}");
  expect(await idsIn(sick)).toEqual(Array.from({ length: 4 }, () => "orphaned-temporary-file"));
  const { code, copies } = await diagnose(sick, "--fix");
  expect([code, copies.length]).toEqual([0, 1]);
  for (const name of names) expect(readFileSync(join(sick.dir, name), "utf8")).toBe(text);
  expect(readdirSync(join(sick.dir, ".opencode"))).toEqual(["opencode.json"]);
  expect(readFileSync(join(copies[0] ?? "", ".opencode", basename(lost)), "utf8")).toBe("{}");
});

test("what nobody vouches for takes no place, and where it may be all there is, it is left", async () => {
  const sick = patientIn(checkout());
  const left = [`records.jsonl${END}`, `records.json${END}`, `torn.json${END}`];
  writeFileSync(join(sick.dir, ".ai", left[0] ?? ""), "half of");
  writeFileSync(join(sick.dir, ".ai", left[1] ?? ""), '{"all": 1}');
  // There and damaged, and newer than what was left.
  writeFileSync(join(sick.dir, ".ai", left[2] ?? ""), "{}");
  utimesSync(join(sick.dir, ".ai", left[2] ?? ""), 1_000, 1_000);
  writeFileSync(join(sick.dir, ".ai/torn.json"), "{");
  expect(await idsIn(sick)).toEqual(left.map(() => "unfinished-file"));
  const files = filesOf(sick.dir);
  expect(await diagnose(sick, "--fix")).toMatchObject({ code: 0, fixed: [] });
  expect(filesOf(sick.dir)).toEqual(files);
});

test("a registry of leases that was cut short keeps an older write of it beside it", async () => {
  const sick = patientIn(checkout());
  grantLease(sick.dir, { phase_id: "1" });
  const registry = join(sick.dir, REGISTRY);
  const whole = readFileSync(registry);
  writeFileSync(`${registry}.tmp.99999999`, whole);
  utimesSync(`${registry}.tmp.99999999`, 1_000, 1_000);
  writeFileSync(registry, whole.subarray(0, 20));
  expect(await idsIn(sick)).toEqual(["registry-damaged", "unfinished-file"]);
  await diagnose(sick, "--fix");
  expect(readFileSync(`${registry}.tmp.99999999`)).toEqual(whole);
});

test("more folders than are looked at are no silence, and what lies nearest is looked at", async () => {
  const sick = patientIn(checkout());
  for (let number = 0; number < 2_100; number += 1) {
    mkdirSync(join(sick.dir, `.ai/a/${number}`), { recursive: true });
  }
  mkdirSync(join(sick.dir, ".ai/z"));
  writeFileSync(join(sick.dir, `.ai/z/x.json${END}`), "half");
  expect(await idsIn(sick)).toEqual(["could-not-look", "orphaned-temporary-file"]);
  expect(await findingOf(sick, "could-not-look")).toMatchObject({
    path: join(sick.dir, ".ai"),
    message: expect.stringContaining("more than 2000 folders"),
  });
});

test("a folder, a link to nothing, and a text in the place of a file of Cabinet's are told", async () => {
  const sick = patientIn(checkout());
  mkdirSync(join(sick.dir, ".ai/.session-plans.json"));
  mkdirSync(join(sick.dir, "home/agents.lmdb.state"), { recursive: true });
  mkdirSync(join(sick.dir, ".planning/.local"), { recursive: true });
  writeFileSync(join(sick.dir, ".planning/.local/epoch-floor"), "many\n");
  mkdirSync(join(sick.dir, ".planning/login/.long-run/STATE.md"), { recursive: true });
  symlinkSync("nowhere", join(sick.dir, ".planning/login/.long-run/checkpoint.json"));
  const { findings } = await diagnose(sick);
  expect(findings.map(({ id, path }) => [id, path])).toEqual(
    expect.arrayContaining([
      ["unusable-file", join(sick.dir, ".ai/.session-plans.json")],
      ["unusable-file", join(sick.dir, "home/agents.lmdb.state")],
      ["unusable-file", join(sick.dir, ".planning/login/.long-run/STATE.md")],
      ["unusable-file", join(sick.dir, ".planning/login/.long-run/checkpoint.json")],
      ["epoch-floor-unusable", join(sick.dir, ".planning/.local/epoch-floor")],
    ]),
  );
  expect(findings.map(({ id }) => id)).not.toContain("exposed-file");
  expect(await diagnose(sick, "--fix")).toMatchObject({ code: 1, fixed: [] });
});

test("a registry that is sound keeps nothing of what was left beside it", async () => {
  const sick = patientIn(checkout());
  writeRegistryText(sick.dir, {});
  writeFileSync(join(sick.dir, `.ai/.session-plans.json${END}`), '{"ses_old":{}}');
  expect(await idsIn(sick)).toEqual(["orphaned-temporary-file"]);
  expect(await diagnose(sick, "--fix")).toMatchObject({ code: 0, findings: [] });
});
