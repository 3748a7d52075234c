import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { assertFailure, assertPrintable, envelope } from "./assert-failure.ts";
import { checkout, filesOf } from "./checkout.ts";
import { worktrees } from "./lease-checkout.ts";
import { cabinet } from "./run-cabinet-here.ts";
import { specCheckout, writeSpec } from "./spec-checkout.ts";
import { cellsOf } from "./table-cells.ts";

const data = async (dir: string, ...args: string[]): Promise<unknown> => {
  const { stdout } = await cabinet(dir, [...args, "--json"]);
  return envelope(stdout).data;
};

test("a spec is set up from its file, activated by name or path, and deactivated", async () => {
  const dir = checkout([]);
  writeSpec(dir, "specs/login.md", "login");
  const setup = await cabinet(join(dir, "src"), [
    "planning",
    "setup",
    "--spec",
    "../specs/login.md",
  ]);
  expect(setup).toMatchObject({ code: 0, stdout: "Set up login (specs/login.md).\n" });
  expect(setup.stderr).toBe("`cabinet planning activate login` makes it active.\n");
  expect(readFileSync(join(dir, ".planning/login/status.yaml"), "utf8")).toBe(
    "name: login\nspec: specs/login.md\nlast_known_branch: null\n",
  );

  const root = { path: dir, rule: "marker" };
  const spec = { name: "login", specPath: "specs/login.md", lastKnownBranch: null };
  expect(await data(dir, "planning", "activate", "specs/login.md")).toEqual({
    root,
    spec: { ...spec, isActive: true },
    previous: null,
  });
  expect(readFileSync(join(dir, ".planning/.active"), "utf8")).toBe("login\n");
  expect(await data(dir, "planning", "list")).toEqual({
    root,
    specs: [{ ...spec, isActive: true }],
  });
  expect(await data(dir, "planning", "deactivate")).toEqual({ root, previous: "login" });
  expect(await data(dir, "planning", "status")).toMatchObject({ root, active: null, spec: null });
  const activated = await cabinet(dir, ["planning", "activate", "login"]);
  expect(activated).toEqual({ code: 0, stdout: "login is active.\n", stderr: "" });
});

test("set up again, a spec keeps what is known of it, and follows its file", async () => {
  const dir = await specCheckout("login");
  const path = join(dir, ".planning/login/status.yaml");
  await cabinet(dir, ["planning", "update-branch", "--spec", "login", "--branch", "feat/x"]);
  writeFileSync(path, `# mine\n${readFileSync(path, "utf8")}owner: me # so\n`);
  const again = await cabinet(dir, ["planning", "setup", "--spec", "specs/login.md"]);
  expect(again.stdout).toBe("Already set up: login (specs/login.md).\n");
  writeSpec(dir, "other.md", "login");
  await assertFailure(
    dir,
    {
      args: ["planning", "setup", "--spec", "other.md"],
      code: "PLANNING_SPEC_EXISTS",
      sentence: () =>
        'The spec was not set up: the name "login" is that of specs/login.md, which is another file.',
    },
    cabinet,
  );
  expect(readFileSync(path, "utf8")).toBe(
    "# mine\nname: login\nspec: specs/login.md\nlast_known_branch: feat/x\nowner: me # so\n",
  );
});

test("a spec is activated by the path of its file, from anywhere, and by no other file", async () => {
  const dir = await specCheckout("login", "search");
  const { stdout } = await cabinet(join(dir, "src"), ["planning", "activate", "specs/login.md"]);
  expect(stdout).toBe("login is active.\n");
  writeSpec(dir, "docs/other.md", "search");
  await assertFailure(
    dir,
    {
      args: ["planning", "activate", "docs/other.md"],
      code: "PLANNING_SPEC_INVALID",
      sentence: (top) =>
        `${join(top, "docs/other.md")} is not a spec of this checkout: its name "search" is that of specs/search.md.`,
    },
    cabinet,
  );
});

test("a spec whose status is damaged does not become active", async () => {
  const dir = await specCheckout("login", "search");
  await cabinet(dir, ["planning", "activate", "search"]);
  writeFileSync(join(dir, ".planning/login/status.yaml"), "- damaged");
  await assertFailure(
    dir,
    {
      args: ["planning", "activate", "login"],
      code: "PLANNING_STATUS_CORRUPT",
      sentence: (top) =>
        `${join(top, ".planning/login/status.yaml")} cannot be understood: it is no mapping of fields to values. It was left as it is.`,
    },
    cabinet,
  );
});

test("whatever lies at .active, it can be taken away", async () => {
  const dir = await specCheckout("login");
  writeFileSync(join(dir, ".planning/.active"), Buffer.alloc(2 ** 21, "x"));
  expect((await cabinet(dir, ["planning", "deactivate"])).code).toBe(0);
  expect((await cabinet(dir, ["planning", "activate", "login"])).code).toBe(0);
});

test("the branch hint is noted, and taken back by null; of no spec, the active one's", async () => {
  const dir = await specCheckout("login");
  const update = ["planning", "update-branch", "--branch"];
  await assertFailure(
    dir,
    {
      args: [...update, "main"],
      code: "CABINET_NO_ACTIVE_SPEC",
      sentence: () => "No spec is active in this checkout.",
    },
    cabinet,
  );
  await cabinet(dir, ["planning", "activate", "login"]);
  expect(await cabinet(dir, [...update, "feat/login"])).toMatchObject({
    code: 0,
    stdout: "The last known branch of login is feat/login.\n",
  });
  expect(await data(dir, "planning", "status", "--spec", "login")).toMatchObject({
    active: "login",
    spec: { lastKnownBranch: "feat/login", isActive: true },
  });
  expect((await cabinet(dir, [...update, "null"])).stdout).toBe(
    "The last known branch of login is none.\n",
  );
  await assertFailure(
    dir,
    {
      args: ["planning", "update-branch", "--branch=--force"],
      code: "PLANNING_BRANCH_INVALID",
      sentence: () => 'No branch can be called "--force": it starts with a dash.',
    },
    cabinet,
  );
});

const UNSAFE = [
  ["../../evil", "it holds a path separator"],
  ["/etc/x", "it holds a path separator"],
  ["CON", "it is a device on Windows"],
  [".active", "Cabinet uses it itself"],
  ["phases", "Cabinet uses it itself"],
  ["a/b", "it holds a path separator"],
  ["x ", "it starts or ends with a space"],
  ["x".repeat(300), "it is too long for a file name"],
] as const;

test.each(UNSAFE)("the name %j is refused wherever it comes from", async (name, reason) => {
  const dir = await specCheckout("login");
  writeFileSync(join(dir, "evil.md"), `---\nname: ${JSON.stringify(name)}\n---\n`);
  const commands = [
    ["setup", "--spec", "evil.md"],
    ["activate", name],
    ["activate", "evil.md"],
    ["status", "--spec", name],
    ["update-branch", "--spec", name, "--branch", "main"],
  ];
  for (const args of commands) {
    await assertFailure(
      dir,
      {
        args: ["planning", ...args],
        code: "PLANNING_NAME_UNSAFE",
        sentence: () => `The spec name ${JSON.stringify(name)} cannot be used: ${reason}.`,
      },
      cabinet,
    );
  }
});

test.each([
  ["there is no such file", undefined],
  ["it does not begin with YAML between two lines ---", "# Login\n"],
  ["its front matter has no name", "---\ntitle: x\n---\n"],
  ['its front matter: its field "name" is no text', "---\nname: [a]\n---\n"],
])("a spec file is refused: %s", async (reason, text) => {
  const dir = checkout([]);
  if (text !== undefined) writeFileSync(join(dir, "spec.md"), text);
  await assertFailure(
    dir,
    {
      args: ["planning", "setup", "--spec", "spec.md"],
      code: "PLANNING_SPEC_INVALID",
      sentence: (top) => `${join(top, "spec.md")} is not a spec of this checkout: ${reason}.`,
    },
    cabinet,
  );
});

test("a spec file outside of the checkout is refused, also behind a link", async () => {
  const dir = checkout([]);
  const outside = writeSpec(temporaryFolder(), "spec.md", "login");
  symlinkSync(outside, join(dir, "link.md"));
  const files = filesOf(dir);
  for (const path of [outside, "link.md"]) {
    const { code, stderr } = await cabinet(dir, ["planning", "setup", "--spec", path]);
    expect([code, stderr]).toEqual([1, expect.stringContaining("lies outside of the checkout")]);
  }
  expect(filesOf(dir)).toEqual(files);
});

test("an unknown spec is named, and a missing option asked for", async () => {
  const dir = await specCheckout("login");
  for (const args of [
    ["activate", "logout"],
    ["status", "--spec", "logout"],
    ["update-branch", "--spec", "logout", "--branch", "main"],
  ]) {
    await assertFailure(
      dir,
      {
        args: ["planning", ...args],
        code: "PLANNING_SPEC_NOT_FOUND",
        sentence: () => 'In this checkout there is no spec "logout".',
      },
      cabinet,
    );
  }
  const codes = ["setup", "update-branch"].map(async (word) => {
    const { code } = await cabinet(dir, ["planning", word]);
    return code;
  });
  expect(await Promise.all(codes)).toEqual([2, 2]);
});

test("an active spec that is gone counts as none, and is told of", async () => {
  const dir = await specCheckout("login");
  writeFileSync(join(dir, ".planning/.active"), "gone\n");
  const { code, stdout, stderr } = await cabinet(dir, ["planning", "status"]);
  expect([code, stdout]).toEqual([0, "No spec is active.\n"]);
  expect(stderr).toContain('names "gone", which is no spec here: none is active');
});

test("without a terminal, switch lists the specs and says how to go on", async () => {
  const dir = await specCheckout("login", "search");
  await cabinet(dir, ["planning", "activate", "search"]);
  const { code, stdout, stderr } = await cabinet(dir, ["planning", "switch"]);
  expect([code, cellsOf(stdout).map((line) => line.slice(0, 2))]).toEqual([
    0,
    [
      ["SPEC", "STATE"],
      ["login", "-"],
      ["search", "active"],
    ],
  ]);
  expect(stderr).toBe("`cabinet planning activate <spec>` makes one active.\n");
});

test("on a terminal, switch asks, starting at the active one; who gives up changes nothing", async () => {
  const dir = await specCheckout("login", "search");
  await cabinet(dir, ["planning", "activate", "search"]);
  const asked: unknown[] = [];
  const answering = (answer: string | undefined) => ({
    choose: async (...question: unknown[]) => {
      asked.push(question);
      return answer;
    },
  });
  const given = await cabinet(dir, ["planning", "switch"], {}, answering(undefined));
  expect(given).toEqual({ code: 1, stdout: "Nothing was changed.\n", stderr: "" });
  expect(asked).toEqual([
    [
      "Which spec is to be active?",
      [
        { value: "login", label: "login", hint: "specs/login.md" },
        { value: "search", label: "search (active)", hint: "specs/search.md" },
      ],
      "search",
    ],
  ]);
  const chosen = await cabinet(dir, ["planning", "switch"], {}, answering("login"));
  expect(chosen.stdout).toBe("login is active.\n");
  expect(await data(dir, "planning", "status")).toMatchObject({ active: "login" });
});

test("folders that were named after branches get the names of their specs", async () => {
  const dir = checkout([]);
  for (const [folder, name] of [
    ["feat-login", "login"],
    ["fix-a", "twice"],
    ["fix-b", "twice"],
  ]) {
    mkdirSync(join(dir, `.planning/${folder}`), { recursive: true });
    const text = `name: ${name}\nspec: specs/${name}.md\nbranch: feat/${name} # mine\n`;
    writeFileSync(join(dir, `.planning/${folder}/status.yaml`), text);
  }
  const files = filesOf(dir);
  const reason = "another folder has that name, too";
  const result = {
    moves: [{ from: "feat-login", to: "login" }],
    conflicts: [
      { from: "fix-a", to: "twice", reason },
      { from: "fix-b", to: "twice", reason },
    ],
  };
  const dry = await cabinet(dir, ["planning", "migrate", "--dry-run", "--json"]);
  expect(envelope(dry.stdout).data).toMatchObject({ dryRun: true, ...result });
  expect([dry.code, filesOf(dir)]).toEqual([1, files]);

  const real = await cabinet(dir, ["planning", "migrate"]);
  expect([real.code, cellsOf(real.stdout)]).toEqual([
    1,
    [
      ["FOLDER", "SPEC", "STATE"],
      ["feat-login", "login", "done"],
      ["fix-a", "twice", `left as it is: ${reason}`],
      ["fix-b", "twice", `left as it is: ${reason}`],
    ],
  ]);
  expect(readFileSync(join(dir, ".planning/login/status.yaml"), "utf8")).toBe(
    "name: login\nspec: specs/login.md\nlast_known_branch: feat/login # mine\n",
  );
  const again = await data(dir, "planning", "migrate");
  expect(again).toMatchObject({ moves: [], conflicts: result.conflicts });
});

test("a flow is printed by its name", async () => {
  const dir = checkout([]);
  expect((await cabinet(dir, ["planning", "flow"])).stdout).toBe("enable-spec\nspec-planning\n");
  for (const name of ["enable-spec", "spec-planning"]) {
    const { stdout } = await cabinet(dir, ["planning", "flow", name]);
    expect(stdout).toMatch(/^# [\s\S]*cabinet planning/);
  }
  await assertFailure(
    dir,
    {
      args: ["planning", "flow", "../x"],
      code: "CABINET_FLOW_NOT_FOUND",
      sentence: () => 'There is no flow "../x".',
    },
    cabinet,
  );
});

test("every worktree has its own active spec", async () => {
  const { main, linked } = worktrees(true);
  for (const [dir, name] of [
    [main, "login"],
    [linked, "search"],
  ] as const) {
    writeSpec(dir, `${name}.md`, name);
    await cabinet(join(dir, "src/deep"), ["planning", "setup", "--spec", `../../${name}.md`]);
    await cabinet(join(dir, "src"), ["planning", "activate", name]);
  }
  expect(await data(join(main, "src/deep"), "planning", "status")).toMatchObject({
    active: "login",
  });
  expect(await data(linked, "planning", "status")).toMatchObject({ active: "search" });
});

test("what files say cannot act on a terminal", async () => {
  const dir = await specCheckout("login");
  const text = 'name: login\nspec: "\\e[31m\\u202e"\nlast_known_branch: x\n';
  writeFileSync(join(dir, ".planning/login/status.yaml"), text);
  for (const args of [["list"], ["status", "--spec", "login"], ["list", "--json"]]) {
    const { stdout, stderr } = await cabinet(dir, ["planning", ...args]);
    assertPrintable(stdout + stderr);
  }
});
