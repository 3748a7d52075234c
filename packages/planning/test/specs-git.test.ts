import { execFile, execFileSync } from "node:child_process";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { expect, test } from "vitest";

import { endOf, runTypeScript } from "../../../test/run-typescript.ts";
import { isLongTier } from "../../../test/tier.ts";
import { clearActiveSpec, initializeStatus, migrateSpecs, setActiveSpec } from "../src/index.ts";
import { filesOf, RICHEST } from "./support/migration-layouts.ts";
import { projectWith, statusText } from "./support/spec-project.ts";

const PROGRAM = fileURLToPath(new URL("programs/specs-activate.ts", import.meta.url));
const run = promisify(execFile);

/** No setting of the user or the machine has a say. */
const env = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };

const SPECS = {
  ".planning/auth/status.yaml": statusText("auth"),
  ".planning/flow/status.yaml": statusText("flow"),
};

function git(root: string, ...args: readonly string[]): void {
  const who = ["-c", "user.name=a", "-c", "user.email=a@example.org"];
  execFileSync("git", [...who, ...args], { cwd: root, env, stdio: "pipe" });
}

interface Checkout {
  readonly files: Readonly<Record<string, string>>;
  readonly isCommitted: boolean;
}

const CHECKOUTS: Readonly<Record<string, Checkout>> = {
  "is new to git": { files: SPECS, isCommitted: false },
  "is committed": { files: SPECS, isCommitted: true },
  "is ignored": { files: { ...SPECS, ".gitignore": ".planning/\n" }, isCommitted: true },
  "has a .gitignore without a last line end": {
    files: { ...SPECS, ".planning/.gitignore": "mine" },
    isCommitted: true,
  },
  "has a .gitignore with CRLF": {
    files: { ...SPECS, ".planning/.gitignore": "# mine\r\nmine\r\n" },
    isCommitted: true,
  },
  "has a .gitignore that takes everything back": {
    files: { ...SPECS, ".planning/.gitignore": "*\n!*\n!*/\n" },
    isCommitted: true,
  },
};

function checkout({ files, isCommitted }: Checkout): string {
  const root = projectWith(files);
  git(root, "init", "--quiet");
  if (isCommitted) {
    git(root, "add", "--all");
    git(root, "commit", "--quiet", "--message", "first");
  }
  return root;
}

/** What git shows that is not tracked, or changed. */
async function shownIn(root: string): Promise<string[]> {
  const args = ["status", "--porcelain=v1", "-z", "--untracked-files=all"];
  const { stdout } = await run("git", args, { cwd: root, env });
  return stdout.split("\0").map((line) => line.slice(3));
}

// Its own lock is there before its lines are.
const isOfMachine = (path: string): boolean =>
  /\.active|\.lock|\.tmp\.|\.local/.test(path) && !path.startsWith(".planning/.gitignore.");

test.each(Object.entries(CHECKOUTS))(
  "where .planning %s, git shows nothing of .active while specs are activated",
  async (_, how) => {
    const roots = Array.from({ length: 2 }, () => checkout(how));
    const order = JSON.stringify({ roots, rounds: isLongTier ? 200 : 4 });
    const child = runTypeScript(PROGRAM, [order], { stdio: "pipe" });
    const state = { isDone: false };
    const end = endOf(child).finally(() => (state.isDone = true));
    let [looks, looksAtActive] = [0, 0];
    const seen = new Set<string>();
    while (!state.isDone) {
      for (const root of roots) {
        const isActive = existsSync(join(root, ".planning/.active"));
        for (const path of await shownIn(root)) if (isOfMachine(path)) seen.add(path);
        looks += 1;
        looksAtActive += isActive ? 1 : 0;
      }
    }
    expect(await end).toMatchObject({ code: 0, stderr: "" });
    expect([...seen]).toEqual([]);
    expect(looks).toBeGreaterThan(3);
    expect(looksAtActive).toBeGreaterThan(0);
    for (const root of roots) {
      expect((await shownIn(root)).filter(isOfMachine)).toEqual([]);
    }
  },
);

test("without what Cabinet adds, git shows .active", async () => {
  const root = checkout({ files: SPECS, isCommitted: true });
  writeFileSync(join(root, ".planning/.active"), "auth\n");
  expect(await shownIn(root)).toContain(".planning/.active");
});

test("what an activation leaves for git is one .gitignore, and no second one changes it", async () => {
  const root = checkout({ files: SPECS, isCommitted: true });
  setActiveSpec("auth", root);
  expect((await shownIn(root)).filter((path) => path !== "")).toEqual([".planning/.gitignore"]);
  git(root, "add", "--all");
  git(root, "commit", "--quiet", "--message", "second");
  setActiveSpec("flow", root);
  clearActiveSpec(root);
  setActiveSpec("auth", root);
  expect(await shownIn(root)).toEqual([""]);
});

test("a spec that is set up shows its status, and nothing that comes and goes", async () => {
  const root = checkout({ files: { "specs/new.md": "---\nname: new\n---\n" }, isCommitted: true });
  initializeStatus("new", "specs/new.md", root);
  expect((await shownIn(root)).filter((path) => path !== "").toSorted()).toEqual([
    ".planning/.gitignore",
    ".planning/new/status.yaml",
  ]);
});

test("a lock and a temporary file that a killed process left are not shown", async () => {
  const root = checkout({ files: filesOf(RICHEST), isCommitted: true });
  migrateSpecs(root);
  for (const name of [
    ".active.lock",
    ".active.tmp.1.2.x",
    ".migration.lock",
    "c/status.yaml.tmp.1.2.x",
  ]) {
    appendFileSync(join(root, ".planning", name), "");
  }
  appendFileSync(join(root, ".planning/c/.abcdefgh.lock"), "");
  expect(
    (await shownIn(root)).filter((path) => isOfMachine(path) && path !== ".planning/.active"),
  ).toEqual([]);
  expect(readFileSync(join(root, ".planning/.gitignore"), "utf8")).toContain("*.lock");
});
