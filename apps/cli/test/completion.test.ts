import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { isInstalled } from "../../../test/is-installed.ts";
import { endOf } from "../../../test/run-typescript.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { SHELLS } from "../src/completion/shells.ts";
import { envelope } from "./assert-failure.ts";
import { busyCheckout, OTHER } from "./busy-checkout.ts";
import { filesOf, SESSION } from "./checkout.ts";
import { worktrees, writeLeases } from "./lease-checkout.ts";
import { cabinet, startCabinet } from "./run-cabinet-here.ts";
import { specCheckout } from "./spec-checkout.ts";

/** The lines that a shell gets. */
async function completed(dir: string, ...words: readonly string[]): Promise<string[]> {
  const printed = await cabinet(dir, ["complete", "fish", "--", ...words]);
  expect(printed).toMatchObject({ code: 0, stderr: "" });
  return printed.stdout.trimEnd().split("\n");
}

for (const shell of SHELLS) {
  test(`the script for ${shell} is one that ${shell} can read`, async (context) => {
    context.skip(!isInstalled(shell), `${shell} is not installed here`);
    const { code, stdout } = await cabinet(temporaryFolder(), ["completion", shell]);
    expect(code).toBe(0);
    expect(stdout).toContain(`cabinet complete ${shell} -- `);
    const file = fileURLToPath(new URL(`../completions/cabinet.${shell}`, import.meta.url));
    const { status, stderr } = spawnSync(shell, ["-n", file], { timeout: 60_000 });
    expect({ status, stderr: stderr.toString() }).toEqual({ status: 0, stderr: "" });
  });
}

test("another shell is refused, and those that there are are named", async () => {
  const { code, stderr } = await cabinet(temporaryFolder(), ["completion", "tcsh"]);
  expect(code).toBe(2);
  expect(stderr).toContain('There is no completion for "tcsh".\nThe shells are bash, zsh, fish.');
});

test("help says how a script is installed, and does not name what the scripts call", async () => {
  const { stdout } = await cabinet(temporaryFolder(), ["completion", "--help"]);
  for (const shell of SHELLS) expect(stdout).toContain(`cabinet completion ${shell}`);
  const all = await cabinet(temporaryFolder(), ["--help"]);
  expect(all.stdout).toContain("  completion ");
  expect(all.stdout).not.toContain("  complete ");
});

test("plans, sessions, specs and leases are offered with what is known of them", async () => {
  const dir = busyCheckout();
  expect(await completed(dir, "plans", "show", "")).toEqual([
    "words",
    "login\treviewed",
    "login-retry\tcreated",
    "search\tuntracked",
  ]);
  expect(await completed(dir, "plans", "show", "--session", "")).toEqual([
    "words",
    `${SESSION}\tlogin (reviewed)`,
    `${OTHER}\tlogin-retry (created)`,
  ]);
  await cabinet(dir, ["lease", "grant", "3", "--agent", "a"]);
  await cabinet(dir, ["lease", "grant", "4"]);
  await cabinet(dir, ["lease", "close", "4"]);
  expect(await completed(dir, "lease", "close", "")).toEqual(["words", "3\topen, a"]);
  expect(await completed(dir, "lease", "show", "")).toEqual(["words", "3\topen, a", "4\tclosed"]);
  await cabinet(dir, ["lease", "clear", "4"]);
  const [, restorable] = await completed(dir, "restore", "");
  expect(restorable).toMatch(/^lease:4\t1 lease, cleared /);
  const specs = await specCheckout("login", "search");
  await cabinet(specs, ["planning", "activate", "login"]);
  expect(await completed(specs, "planning", "activate", "")).toEqual([
    "words",
    "login\tspecs/login.md (active)",
    "search\tspecs/search.md",
  ]);
});

test("leases of the repository are offered in all of its worktrees", async () => {
  const { main, linked } = worktrees(true);
  await cabinet(main, ["lease", "grant", "7"]);
  expect(await completed(join(linked, "src"), "lease", "close", "")).toEqual(["words", "7\topen"]);
});

const LOOKS = [
  ["plans", "show", ""],
  ["plans", "show", "--session", ""],
  ["plans", "set-status", "failed", "--plan", ""],
  ["lease", "show", ""],
  ["lease", "close", ""],
  ["lease", "run", ""],
  ["planning", "status", "--spec", ""],
  ["planning", "activate", ""],
  ["restore", ""],
  ["tracker", "status", ""],
];

test("a damaged registry gives nothing, nothing is said, and every file stays as it is", async () => {
  const dir = temporaryFolder();
  for (const folder of [".git", ".ai", ".planning/broken"]) {
    mkdirSync(join(dir, folder), { recursive: true });
  }
  writeFileSync(join(dir, ".ai/.session-plans.json"), "{ not JSON");
  writeFileSync(join(dir, ".planning/broken/status.yaml"), "\0: [");
  writeFileSync(join(dir, ".planning/.active"), "\0");
  writeLeases(dir, "{ not JSON");
  const before = filesOf(dir);
  for (const words of LOOKS) {
    const [, ...candidates] = await completed(dir, ...words);
    expect({ words, candidates }).toEqual({ words, candidates: [] });
  }
  expect(filesOf(dir)).toEqual(before);
});

test("where there is nothing at all, nothing is made, also by a process of its own", async () => {
  const dir = temporaryFolder();
  for (const words of LOOKS) expect((await completed(dir, ...words)).slice(1)).toEqual([]);
  const args = ["complete", "bash", "--", "", "cabinet --workspace-root /nowhere plans show "];
  expect(await endOf(startCabinet(dir, args))).toMatchObject({
    code: 0,
    stderr: "",
    stdout: "words\n",
  });
  expect(filesOf(dir)).toEqual(new Map());
});

test("bash without its package gets the replies in its own variables", async (context) => {
  context.skip(!isInstalled("bash"), "bash is not installed here");
  const dir = busyCheckout();
  const { stdout: script } = await cabinet(dir, ["completion", "bash"]);
  const lines = (await cabinet(dir, ["complete", "bash", "--", "logi", "cabinet plans show logi"]))
    .stdout;
  const text = [
    `cabinet() { printf '%s' "$ANSWER"; printf '%s\\n' "$@" >&2; }`,
    script,
    "COMP_WORDS=(cabinet plans show logi) COMP_CWORD=3 COMP_LINE='cabinet plans show logi' COMP_POINT=23",
    'command() { "$@" 2>asked; }',
    "_cabinet cabinet logi show",
    `printf '%s|' "\${COMPREPLY[@]}"; cat asked`,
  ].join("\n");
  const { stdout } = spawnSync("bash", ["--norc", "--noprofile", "-c", text], {
    cwd: dir,
    env: { ...process.env, ANSWER: lines },
    timeout: 60_000,
    encoding: "utf8",
  });
  expect(stdout).toBe("login|login-retry|complete\nbash\n--\nlogi\ncabinet plans show logi\n");
});

test("the script comes as data, too", async () => {
  const { stdout } = await cabinet(temporaryFolder(), ["completion", "fish", "--json"]);
  expect(envelope(stdout).data).toMatchObject({ shell: "fish", script: expect.any(String) });
});
