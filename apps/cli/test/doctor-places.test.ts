import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { endOf } from "../../../test/run-typescript.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { SEVERITIES } from "../src/doctor/finding-ids.ts";
import { findingsHere } from "../src/status/findings-here.ts";
import { envelope } from "./assert-failure.ts";
import { cabinetWords } from "./cabinet-words.ts";
import { checkout, filesOf, writeRegistryText } from "./checkout.ts";
import { diagnose, findingOf, idsIn, rethrow } from "./doctored.ts";
import { cabinet, startCabinet, withoutPrivileges } from "./run-cabinet-here.ts";
import { sampleCheckout } from "./tracked.ts";

const DEAD_TEMPORARY = "x.json.tmp.99999999.1.abcd1234";

test("a folder with nothing in it is in order, with what was looked at, and nothing is made there", async () => {
  const dir = temporaryFolder();
  const args = ["doctor", "--database", join(dir, "home/agents.lmdb")];
  expect(await cabinet(dir, args)).toEqual({
    code: 0,
    stdout:
      "Nothing is wrong.\nLooked at 0 files in .ai and .planning, 0 leases, 0 plans, 0 journals, 0 specs, 0 runs, no database yet.\n",
    stderr: "",
  });
  const { code, stdout, stderr } = await cabinet(dir, [...args, "--fix"]);
  expect([code, stderr]).toEqual([0, "There is nothing that --fix could do.\n"]);
  expect(stdout).toContain("Nothing is wrong.");
  expect(readdirSync(dir)).toEqual([]);
});

test("without a home folder that is there, and without git, it looks all the same", async () => {
  const dir = temporaryFolder();
  const env = { HOME: join(dir, "not/there") };
  const { code, stdout, stderr } = await endOf(startCabinet(dir, ["doctor", "--json"], { env }));
  expect([code, stderr]).toEqual([0, ""]);
  expect(envelope(stdout).data).toMatchObject({
    root: { path: dir },
    database: join(dir, "not/there/.config/opencode/agent-tracker.lmdb"),
    checks: expect.arrayContaining(["leases", "database-pages"]),
    findings: [],
  });
  expect(readdirSync(dir)).toEqual([]);
});

test("--dry-run without --fix is not understood", async () => {
  const dir = checkout();
  const { code, stdout } = await cabinet(dir, ["doctor", "--dry-run", "--json"]);
  expect([code, envelope(stdout).error]).toMatchObject([2, { code: "CABINET_USAGE" }]);
});

test("--fix says first what it does, then what became of it, and --quiet leaves that out", async () => {
  const dir = checkout();
  const left = join(dir, ".ai", DEAD_TEMPORARY);
  const args = ["doctor", "--fix", "--database", join(dir, "home/agents.lmdb")];
  for (const quiet of [[], ["--quiet"]]) {
    writeFileSync(left, "half");
    const line = `orphaned-temporary-file: ${left}: moves it to the copies`;
    const dry = await cabinet(dir, [...args, "--dry-run", ...quiet]);
    expect(dry.stdout).toContain("warning: orphaned-temporary-file\n");
    expect(dry.stderr.startsWith(`would fix ${line}\n`)).toBe(quiet.length === 0);
    const { code, stdout, stderr } = await cabinet(dir, [...args, ...quiet]);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^fixed: .*\nNothing is wrong\.\n/)]);
    const said = stderr.replaceAll(/\d{8}T\d{9}Z/g, "<time>");
    const copies = `Copies of what was moved or changed are in ${dir}/.ai/.doctor/<time>\n`;
    expect(said).toBe(quiet.length === 0 ? `fixing ${line}\n${copies}` : "");
  }
  expect(readdirSync(join(dir, ".ai/.doctor"))).toHaveLength(3);
});

test("what this user may not read is a finding, hides nothing else, and is no crash", async (context) => {
  const dir = checkout();
  chmodSync(dir, 0o755);
  writeRegistryText(dir, {});
  chmodSync(join(dir, ".ai/.session-plans.json"), 0o000);
  mkdirSync(join(dir, ".planning/locked"), { recursive: true });
  chmodSync(join(dir, ".planning/locked"), 0o000);
  mkdirSync(join(dir, "home"));
  writeFileSync(join(dir, "home/agents.lmdb"), "x".repeat(9000), { mode: 0o600 });
  writeFileSync(join(dir, ".ai", DEAD_TEMPORARY), "half");
  const args = ["doctor", "--json", "--database", join(dir, "home/agents.lmdb")];
  const files = filesOf(dir);
  const run = withoutPrivileges(context);
  const { code, stdout } = await run(dir, args);
  const { findings } = JSON.parse(stdout).data as { findings: { id: string; path: string }[] };
  expect(code).toBe(1);
  expect(findings.map(({ id, path }) => [id, path])).toEqual([
    ["spec-unreadable", join(dir, ".planning/locked/status.yaml")],
    ["database-unreadable", join(dir, "home/agents.lmdb")],
    ["could-not-look", join(dir, ".planning/locked")],
    ["orphaned-temporary-file", join(dir, ".ai", DEAD_TEMPORARY)],
    ["could-not-look", join(dir, ".ai/.session-plans.json")],
  ]);
  // A checkout that cannot be written to: the fix fails with its reason, and is told.
  const fixed = await run(dir, [...args, "--fix"]);
  expect(JSON.parse(fixed.stdout).data).toMatchObject({
    fixed: [{ outcome: "failed", reason: expect.stringContaining("EACCES") }],
    copies: [],
  });
  expect(fixed.code).toBe(1);
  expect(filesOf(dir)).toEqual(files);
});

test("folders that several machines may share are told, and a database on one is an error", async (context) => {
  const sick = await sampleCheckout();
  mkdirSync(join(sick.dir, ".ai"));
  const mounts = join(temporaryFolder(), "mountinfo");
  const ours = process.platform === "linux" ? readFileSync("/proc/self/mountinfo", "utf8") : "";
  const share = join(sick.dir, "..");
  writeFileSync(mounts, `${ours}9999 1 0:99 / ${share} rw - nfs4 server:/x rw\n`);
  // The command is told by its own list of mounts that the folder is one of another machine.
  const script = 'mount --bind "$1" /proc/$$/mountinfo && shift && exec "$@"';
  const args = ["doctor", "--json", "--database", sick.path];
  const run = ["--mount", "sh", "-c", script, "sh", mounts, ...cabinetWords(), ...args];
  // Asked of a program that does nothing: a doctor that fails is no reason to skip.
  const probe = ["--mount", "sh", "-c", script, "sh", mounts, "true"];
  const canMount = spawnSync("unshare", probe, { timeout: 10_000 }).status === 0;
  context.skip(!canMount, "this user may not mount anything");
  const { status, stdout } = spawnSync("unshare", run, {
    cwd: sick.dir,
    encoding: "utf8",
    timeout: 60_000,
  });
  const { findings } = JSON.parse(stdout).data as { findings: { id: string; path: string }[] };
  expect([status, findings.map(({ id, path }) => [id, path])]).toEqual([
    1,
    [
      ["database-on-network", sick.path],
      ["network-file-system", join(sick.dir, ".ai")],
    ],
  ]);
});

test("the quick look finds the same of the files, and tells it without the means to mend it", async () => {
  const dir = checkout();
  writeFileSync(join(dir, ".ai", DEAD_TEMPORARY), "half");
  writeFileSync(join(dir, ".ai/.session-plans.json"), "{");
  const path = join(dir, "home/agents.lmdb");
  const files = filesOf(dir);
  const place = { checkout: dir, leases: dir, plans: dir, database: path, now: () => new Date() };
  const quick = await findingsHere(place, [], rethrow);
  const { findings } = await diagnose({ dir, path });
  expect(JSON.parse(JSON.stringify(quick))).toEqual(findings);
  expect(quick.map(({ id }) => id)).toEqual(["registry-damaged", "orphaned-temporary-file"]);
  expect(filesOf(dir)).toEqual(files);
});

test("every id is in the table of the README, with how bad it is and what --fix does, and no other is", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const [, section = ""] = readme.split(/^### Doctor$/m);
  const [table = ""] = section.split(/^#{2,3} /m);
  const rows = table.matchAll(/^\| `([a-z-]+)` +\| (\w+) +\| (.*\S) +\| (.*\S) +\|$/gm);
  const documented = [...rows].map(([, id = "", severity = ""]) => [id, severity]);
  expect(Object.fromEntries(documented)).toEqual(SEVERITIES);
  expect(documented).toHaveLength(Object.keys(SEVERITIES).length);
});

test("what is not read at a checkout is no finding: notes of people, links, other tools' locks", async () => {
  const dir = checkout(["demo", "other"]);
  writeFileSync(join(dir, ".ai/notes.tmp"), "mine");
  writeFileSync(join(dir, ".ai/yarn.lock"), "# yarn");
  mkdirSync(join(dir, ".planning/phases/01-first"), { recursive: true });
  writeFileSync(join(dir, ".planning/ROADMAP.md"), "# Roadmap\n");
  expect(await idsIn({ dir, path: join(dir, "home/agents.lmdb") })).toEqual([]);
  writeFileSync(join(dir, ".planning/phases/01-first/PLAN.md.tmp.99999999.1.abcd1234"), "");
  const path = join(dir, "home/agents.lmdb");
  expect(await findingOf({ dir, path }, "orphaned-temporary-file")).toMatchObject({
    path: join(dir, ".planning/phases/01-first/PLAN.md.tmp.99999999.1.abcd1234"),
  });
});
