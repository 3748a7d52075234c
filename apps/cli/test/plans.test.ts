import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { endOf } from "../../../test/run-typescript.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { cabinet, startCabinet } from "./run-cabinet-here.ts";

const SESSION = "ses_66d1a2b3c4d5AbCdEfGhIjKlMn";

function checkout(): string {
  const dir = temporaryFolder();
  mkdirSync(join(dir, ".git"));
  mkdirSync(join(dir, "src/deep"), { recursive: true });
  mkdirSync(join(dir, ".ai"));
  writeFileSync(join(dir, ".ai/plan-demo.md"), "# Demo\n");
  return dir;
}

/** Every file and folder below, and what each file holds. */
function filesOf(dir: string): Map<string, string> {
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true });
  return new Map(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path, entry.isFile() ? readFileSync(path, "utf8") : "no file"];
    }),
  );
}

/** The one JSON value that must be on stdout, whatever happened. */
function envelope(stdout: string): { ok: boolean; data?: unknown; error?: unknown } {
  const value: { schemaVersion: number; ok: boolean; warnings: unknown[] } = JSON.parse(stdout);
  expect(value.schemaVersion).toBe(1);
  expect(value.warnings).toBeInstanceOf(Array);
  return value;
}

test("a plan that one process filed is listed by another, from a subfolder too", async () => {
  const dir = checkout();
  writeFileSync(join(dir, ".ai/plan-later.md"), "# Later\n");
  const adopt = ["plans", "adopt", "demo", "--session", SESSION];
  const filed = await endOf(startCabinet(dir, adopt));
  expect(filed).toMatchObject({ code: 0, stderr: "" });
  expect(filed.stdout).toBe(`Filed plan demo for session ${SESSION}.\n`);

  const listing = startCabinet(join(dir, "src/deep"), ["plans", "--json"]);
  const { code, stdout, stderr } = await endOf(listing);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(envelope(stdout)).toMatchObject({
    ok: true,
    data: {
      root: { path: dir, rule: "marker" },
      plans: [{ plan: "demo", status: "created", sessionID: SESSION, fileExists: true }],
      untracked: ["later"],
    },
  });

  rmSync(join(dir, ".ai/plan-demo.md"));
  const shown = await cabinet(dir, ["plans"]);
  const lines = shown.stdout.split("\n").map((line) => line.split(/ {2,}/));
  expect(lines).toEqual([
    ["PLAN", "STATUS", "SESSION", "CREATED"],
    ["demo", "created, file missing", SESSION, expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/)],
    ["later", "untracked", "-", "-"],
    [""],
  ]);
}, 30_000);

test("nothing to list is no failure, and creates nothing", async () => {
  const dir = temporaryFolder();
  mkdirSync(join(dir, ".git"));
  const { code, stdout, stderr } = await cabinet(dir, ["plans"]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: "No plans found.\n" });
  expect(stderr).toContain(".ai/plan-<name>.md");
  expect((await cabinet(dir, ["plans", "--quiet"])).stderr).toBe("");
  expect(readdirSync(dir)).toEqual([".git"]);
}, 30_000);

interface Failure {
  readonly title: string;
  readonly args: readonly string[];
  readonly prepare?: (dir: string) => void;
  readonly code: string;
  readonly sentence: (dir: string) => string;
}

const failures: readonly Failure[] = [
  {
    title: "a missing folder",
    args: ["plans", "--workspace-root", "missing"],
    code: "WORKSPACE_NOT_FOUND",
    sentence: (dir) => `There is no folder ${dir}/missing.`,
  },
  {
    title: "a folder that is no workspace",
    args: ["plans", "--workspace-root", "src"],
    code: "WORKSPACE_UNMARKED",
    sentence: (dir) => `${dir}/src is not a workspace: it has neither .planning/ nor .ai/.`,
  },
  {
    title: "a corrupt registry",
    args: ["plans"],
    prepare: (dir) => writeFileSync(join(dir, ".ai/.session-plans.json"), '{"ses_66d": {"plan'),
    code: "REGISTRY_CORRUPT",
    sentence: (dir) =>
      `The registry ${dir}/.ai/.session-plans.json is damaged: it is not valid JSON. It was left as it is.`,
  },
  {
    title: "a registry that cannot be read",
    args: ["plans"],
    prepare: (dir) => mkdirSync(join(dir, ".ai/.session-plans.json")),
    code: "REGISTRY_UNREADABLE",
    sentence: (dir) =>
      `The registry ${dir}/.ai/.session-plans.json cannot be read: it is not a file.`,
  },
  {
    title: "a folder that cannot be listed",
    args: ["plans"],
    prepare: (dir) => {
      rmSync(join(dir, ".ai"), { recursive: true });
      symlinkSync(".ai", join(dir, ".ai"));
    },
    code: "REGISTRY_UNREADABLE",
    sentence: (dir) =>
      `The registry ${dir}/.ai/.session-plans.json cannot be read: ELOOP: too many symbolic links encountered, stat '${dir}/.ai/.session-plans.json'.`,
  },
  {
    title: "a plan that is not there",
    args: ["plans", "adopt", "missing", "--session", SESSION],
    code: "CABINET_PLAN_NOT_FOUND",
    sentence: (dir) => `There is no plan .ai/plan-missing.md in ${dir}.`,
  },
  {
    title: "a name that leaves the folder",
    args: ["plans", "adopt", "../../etc/passwd", "--session", SESSION],
    code: "REGISTRY_NAME_UNSAFE",
    sentence: () => `The name "../../etc/passwd" cannot be used: it holds a path separator.`,
  },
];

type Run = (
  dir: string,
  args: readonly string[],
) => Promise<{ code: number | null; stdout: string; stderr: string }>;

async function assertFailure(dir: string, failure: Failure, run: Run): Promise<void> {
  const { args, code, sentence } = failure;
  const files = filesOf(dir);
  const plain = await run(dir, args);
  expect(plain).toMatchObject({ code: 1, stdout: "" });
  const lines = [`error: ${sentence(dir)}`, expect.stringMatching(/\.$/), ""];
  expect(plain.stderr.split("\n")).toEqual(lines);

  const json = await run(dir, [...args, "--json"]);
  expect(json).toMatchObject({ code: 1, stderr: "" });
  expect(envelope(json.stdout)).toMatchObject({
    ok: false,
    error: { code, message: sentence(dir), hint: expect.stringMatching(/\.$/) },
  });
  expect(filesOf(dir)).toEqual(files);
}

test.each(failures)(
  "$title: one sentence, exit 1, one JSON value, and nothing on disk is lost",
  async (failure) => {
    const dir = checkout();
    failure.prepare?.(dir);
    await assertFailure(dir, failure, cabinet);
  },
  30_000,
);

test("a folder that cannot be written: the same, for a user who is not root", async (context) => {
  const dir = checkout();
  chmodSync(dir, 0o755);
  chmodSync(join(dir, ".ai"), 0o555);
  // A folder that cannot be written cannot be emptied either.
  onTestFinished(() => chmodSync(join(dir, ".ai"), 0o755));
  const run: Run = (cwd, args) =>
    endOf(startCabinet(cwd, args, { program: "cabinet-without-privileges" }));
  const probe = await run(dir, ["plans", "--json"]);
  context.skip(probe.code === 77, `no other user can be here: ${probe.stderr}`);
  const failure: Failure = {
    title: "a folder that cannot be written",
    args: ["plans", "adopt", "demo", "--session", SESSION],
    code: "ATOMIC_FS_ACCESS_DENIED",
    sentence: () => `No permission to write ${dir}/.ai/.session-plans.json; nothing was changed.`,
  };
  await assertFailure(dir, failure, run);
}, 30_000);

test("a plan may be given as its file, as shells complete it", async () => {
  const dir = checkout();
  for (const plan of ["plan-demo.md", ".ai/plan-demo.md", "./.ai/plan-demo.md"]) {
    const { stdout } = await cabinet(dir, ["plans", "adopt", plan, "--session", SESSION]);
    expect(stdout).toBe(`Filed plan demo for session ${SESSION}.\n`);
  }
}, 30_000);

test("a corrupt registry is set aside when a plan is filed, with a warning on stderr and in the JSON", async () => {
  const dir = checkout();
  writeFileSync(join(dir, ".ai/.session-plans.json"), "\0\0\0");
  const args = ["plans", "adopt", "demo", "--session", SESSION, "--json"];
  const { code, stdout, stderr } = await cabinet(dir, args);
  expect(code).toBe(0);
  expect(stderr).toMatch(/^warning: .*it is not valid JSON; it was set aside as .*\.broken-\d+\n$/);
  expect(envelope(stdout)).toMatchObject({
    ok: true,
    warnings: [{ code: "REGISTRY_QUARANTINED" }],
  });
  const aside = readdirSync(join(dir, ".ai")).find((name) => name.includes(".broken-")) ?? "";
  expect(readFileSync(join(dir, ".ai", aside), "utf8")).toBe("\0\0\0");
}, 30_000);

test("control characters in what an agent wrote do not reach the terminal", async () => {
  const dir = checkout();
  const plan = { plan: "a\u001b[2J\u009b\u202eb", createdAt: "now\u0007", status: "created" };
  writeFileSync(join(dir, ".ai/.session-plans.json"), JSON.stringify({ ses_66d: plan }));
  const { stdout } = await cabinet(dir, ["plans"]);
  expect(stdout).toContain(String.raw`a\u{1b}[2J\u{9b}\u{202e}b`);
  const json = await cabinet(dir, ["plans", "--json"]);
  expect(envelope(json.stdout)).toMatchObject({ data: { plans: [plan] } });
  for (const character of ["\u0007", "\u001b", "\u009b", "\u202e"]) {
    expect(stdout + json.stdout).not.toContain(character);
  }
}, 30_000);
