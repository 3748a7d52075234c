import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { envelope } from "./assert-failure.ts";
import { filesOf } from "./checkout.ts";
import { cabinet } from "./run-cabinet-here.ts";
import { cellsOf } from "./table-cells.ts";

const CONFIG = `{
  "$schema": "https://opencode.ai/config.json",
  "plugin": ["@x/opencode-plugin"]
}
`;
const FILES = [".planning/.gitignore", ".ai/.gitignore", "opencode.json"];

/** A folder with these files, in a fresh git repository unless that is said. */
function folderWith(files: Readonly<Record<string, string>> = {}, isGit = true): string {
  const dir = temporaryFolder();
  if (isGit) git(dir, "init", "--quiet");
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
  return dir;
}

function git(dir: string, ...args: string[]): string {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };
  return execFileSync("git", args, { cwd: dir, env, encoding: "utf8" });
}

interface Data {
  readonly root: { readonly path: string; readonly rule: string };
  readonly dryRun: boolean;
  readonly files: readonly { path: string; action: string; adds: string[] }[];
  readonly plugin: { readonly state: string; readonly path: string | null };
}

async function init(dir: string, args: string[] = [], env = {}): Promise<Data> {
  const { code, stdout, stderr } = await cabinet(dir, ["init", "--json", ...args], env);
  expect([code, stderr]).toEqual([0, ""]);
  return envelope(stdout).data as Data;
}

const read = (dir: string, name: string): string => readFileSync(join(dir, name), "utf8");

test("a repository is set up from any folder, file by file; again, nothing is changed", async () => {
  const dir = folderWith({ "src/deep/a.ts": "" });
  const first = await cabinet(join(dir, "src/deep"), ["init"]);
  expect([first.code, cellsOf(first.stdout).map((line) => line.slice(0, 2))]).toEqual([
    0,
    [[`In ${dir}:`], ["FILE", "STATE"], ...FILES.map((name) => [name, "created"])],
  ]);
  expect(first.stderr).toBe(
    "OpenCode loads the plugin when it is started next.\n`cabinet status` shows where things stand.\n",
  );
  expect(read(dir, "opencode.json")).toBe(CONFIG);
  expect(git(dir, "status", "--short", "--untracked-files=all").split("\n")).toEqual([
    "?? .ai/.gitignore",
    "?? .planning/.gitignore",
    "?? opencode.json",
    "?? src/deep/a.ts",
    "",
  ]);

  const files = filesOf(dir);
  const again = await cabinet(dir, ["init"]);
  expect(again).toEqual({
    code: 0,
    stdout: `Everything is set up already in ${dir}.\n`,
    stderr: "",
  });
  expect(await init(join(dir, "src"))).toEqual({
    root: { path: dir, rule: "marker" },
    dryRun: false,
    files: FILES.map((name) => ({ path: join(dir, name), action: "unchanged", adds: [] })),
    plugin: { state: "present", path: join(dir, "opencode.json") },
  });
  expect(filesOf(dir)).toEqual(files);
});

test("a dry run says the same, and the disk stays as it is", async () => {
  const dir = folderWith({ ".ai/.gitignore": "mine" });
  const files = filesOf(dir);
  const { stdout, stderr } = await cabinet(dir, ["init", "--dry-run"]);
  const states = cellsOf(stdout).map(([, state]) => state);
  expect(states.slice(2, 5)).toEqual(["would be created", "would be changed", "would be created"]);
  expect(stderr).toBe("Nothing was changed; `cabinet init` does it.\n");
  const dry = await init(dir, ["--dry-run"]);
  expect(dry.dryRun).toBe(true);
  expect(filesOf(dir)).toEqual(files);
  const real = await init(dir);
  expect(real.files).toEqual(dry.files);
  expect(real.plugin).toEqual({ state: "added", path: join(dir, "opencode.json") });
});

const WRITTEN_BY_MACHINES = [
  ".ai/.session-plans.json",
  ".ai/.session-plans.json.lock",
  ".ai/.session-plans.json.lock.next",
  ".ai/.session-plans.json.tmp.1.2.a",
  ".ai/.session-plans.json.broken-1",
  ".ai/.trash/20261122T021500123Z/plan-a.md",
  ".ai/.gitignore.lock",
  ".planning/.active",
  ".planning/.local/registry.json",
  ".planning/login/status.yaml.lock",
];
const OF_PEOPLE = [
  ".ai/plan-a.md",
  ".ai/plan-a.tmp.1.md",
  ".ai/notes.md",
  ".ai/.gitignore",
  ".planning/login/status.yaml",
  ".planning/ROADMAP.md",
];

test.each([
  ["not there", undefined],
  ["with lines of the user", "# mine\r\nnotes/\r\n"],
  ["without a last line end", "mine"],
])(
  "git ignores what machines write, and no plan, where the ignore files are %s",
  async (_, own) => {
    const dir = folderWith(
      own === undefined ? {} : { ".ai/.gitignore": own, ".planning/.gitignore": own },
    );
    await init(dir);
    for (const name of WRITTEN_BY_MACHINES)
      expect(git(dir, "check-ignore", name)).toBe(`${name}\n`);
    for (const name of OF_PEOPLE) {
      expect(() => git(dir, "check-ignore", name)).toThrow("Command failed");
    }
    if (own === undefined) return;
    for (const name of [".ai/.gitignore", ".planning/.gitignore"]) {
      expect(read(dir, name).startsWith(own.endsWith("\n") ? own : `${own}\n`)).toBe(true);
    }
  },
);

test("only what is missing is added, and nothing is said where the repository ignores all of it", async () => {
  const dir = folderWith({
    ".gitignore": ".ai/\n",
    ".ai/.gitignore": "/.trash/\r\n/.gitignore.*\r\n",
  });
  const { files } = await init(dir);
  expect(files[1]).toMatchObject({ action: "changed", adds: ["/.session-plans.json*"] });
  expect(read(dir, ".ai/.gitignore")).toMatch(
    /^\/\.trash\/\r\n\/\.gitignore\.\*\r\n#.*\n\/\.session/,
  );
  expect(git(dir, "status", "--short")).not.toContain(".ai");
});

test("what the planning package writes by itself is what init writes", async () => {
  const [one, other] = [folderWith(), folderWith({ "login.md": "---\nname: login\n---\n" })];
  await init(one);
  expect((await cabinet(other, ["planning", "setup", "--spec", "login.md"])).code).toBe(0);
  expect(read(one, ".planning/.gitignore")).toBe(read(other, ".planning/.gitignore"));
});

test.each([
  ["opencode.jsonc", ["opencode.jsonc", ".opencode/opencode.json"]],
  [".opencode/opencode.jsonc", [".opencode/opencode.jsonc"]],
  ["opencode.json", ["opencode.json", "opencode.jsonc"]],
])("the entry goes into %s, and all else in it stays", async (chosen, present) => {
  const text = '\uFEFF// mine\r\n{\r\n  "model": "a/b", // so\r\n}\r\n';
  const dir = folderWith(Object.fromEntries(present.map((name) => [name, text])));
  chmodSync(join(dir, chosen), 0o640);
  const { plugin } = await init(dir);
  expect(plugin).toEqual({ state: "added", path: join(dir, chosen) });
  expect(read(dir, chosen)).toBe(
    '\uFEFF// mine\r\n{\r\n  "model": "a/b", // so\r\n  "plugin": ["@x/opencode-plugin"],\r\n}\r\n',
  );
  expect(statSync(join(dir, chosen)).mode & 0o777).toBe(0o640);
  for (const name of present.filter((other) => other !== chosen))
    expect(read(dir, name)).toBe(text);
  expect((await init(dir)).plugin).toEqual({ state: "present", path: join(dir, chosen) });
});

test("a configuration that is a link within the checkout is followed", async () => {
  const dir = folderWith({ "config/opencode.json": '{"a": 1}' });
  symlinkSync("config/opencode.json", join(dir, "opencode.json"));
  await init(dir);
  expect(read(dir, "config/opencode.json")).toContain("@x/opencode-plugin");
});

test.each([
  ["with a version", "opencode.jsonc", '{"plugin": ["@x/opencode-plugin@0.1.0"] /* mine */}'],
  ["with options", ".opencode/opencode.json", '{"plugin": [["@x/opencode-plugin", {}],]}'],
  ["by its path", "opencode.json", '{"plugin": ["./plugin/dist/index.js"]}'],
])("an entry that is there %s is left alone", async (_, name, text) => {
  const manifest = '{"name": "@x/opencode-plugin"}';
  const dir = folderWith({
    [name]: text,
    "plugin/package.json": manifest,
  });
  expect((await init(dir)).plugin).toEqual({ state: "present", path: join(dir, name) });
  expect(read(dir, name)).toBe(text);
});

test("one in the user's own configuration counts, is told of, and nothing is added", async () => {
  const dir = folderWith();
  const home = folderWith(
    { ".config/opencode/opencode.jsonc": '{"plugin": ["@x/opencode-plugin"]}' },
    false,
  );
  const path = join(home, ".config/opencode/opencode.jsonc");
  const { stdout, stderr } = await cabinet(dir, ["init"], { HOME: home });
  expect(stdout).not.toContain("opencode.json");
  expect(stderr).toContain(`${path} names the plugin for all projects.\n`);
  const XDG_CONFIG_HOME = join(home, ".config");
  expect((await init(dir, [], { XDG_CONFIG_HOME })).plugin).toEqual({ state: "global", path });
  expect((await init(dir)).plugin.state).toBe("added");
});

test("what of the user's configuration cannot be understood is a warning", async () => {
  const dir = folderWith();
  const home = folderWith({ ".config/opencode/config.json": "{ oh" }, false);
  const { code, stdout } = await cabinet(dir, ["init", "--json"], { HOME: home });
  const path = join(home, ".config/opencode/config.json");
  const warning = { code: "CABINET_INIT_USER_CONFIG", path };
  expect([code, JSON.parse(stdout)]).toMatchObject([
    0,
    { data: { plugin: { state: "added" } }, warnings: [warning] },
  ]);
});

test("with --skip-opencode the configuration is not looked at", async () => {
  const dir = folderWith({ "opencode.json": "{ oh" });
  const { files, plugin } = await init(dir, ["--skip-opencode"]);
  expect([files.length, plugin]).toEqual([2, { state: "skipped", path: null }]);
  expect(read(dir, "opencode.json")).toBe("{ oh");
});

test("without git it is the current folder, with --workspace-root that one, a marker or not", async () => {
  const dir = folderWith({ "a/b/c.txt": "" }, false);
  expect((await init(join(dir, "a"))).root).toEqual({ path: join(dir, "a"), rule: "cwd" });
  expect((await init(join(dir, "a/b"))).root).toEqual({ path: join(dir, "a"), rule: "marker" });
  const { root, files } = await init(dir, ["--workspace-root", "a/b"]);
  expect(root).toEqual({ path: join(dir, "a/b"), rule: "flag" });
  expect(files.map(({ path }) => path)).toEqual(FILES.map((name) => join(dir, "a/b", name)));
  expect((await init(join(dir, "a/b"))).files.every(({ action }) => action === "unchanged")).toBe(
    true,
  );
});

test("plans that are filed already stay where the other commands find them", async () => {
  const dir = folderWith({ ".ai/plan-a.md": "# a\n", "sub/.planning/ROADMAP.md": "# Roadmap\n" });
  const { files } = await init(join(dir, "sub"));
  expect(files.map(({ path }) => path)).toEqual([
    join(dir, "sub/.planning/.gitignore"),
    join(dir, ".ai/.gitignore"),
    join(dir, "sub/opencode.json"),
  ]);
  expect((await cabinet(join(dir, "sub"), ["plans"])).stdout).toContain("untracked");
});

test("a part of a repository whose configuration above names the plugin gets no second entry", async () => {
  const dir = folderWith({ "opencode.json": CONFIG, "sub/a.txt": "" });
  const { plugin } = await init(dir, ["--workspace-root", "sub"]);
  expect(plugin).toEqual({ state: "present", path: join(dir, "opencode.json") });
});
