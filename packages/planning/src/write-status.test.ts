import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { projectOf, projectWith, statusText } from "../test/support/spec-project.ts";
import { changeTimesOf, treeOf } from "../test/support/tree.ts";
import { readStatus } from "./status-file.ts";
import { initializeStatus, updateLastKnownBranch, writeStatus } from "./write-status.ts";

const STATUS = ".planning/auth/status.yaml";

const coded = (code: string): unknown => expect.objectContaining({ code });

/** In a folder, a lock comes and goes. */
function filesIn(times: Readonly<Record<string, bigint>>): [string, bigint][] {
  return Object.entries(times).filter(([path]) => path !== "" && !path.endsWith("/"));
}

test("a spec is set up with its file and no branch, and set up again nothing changes", () => {
  const root = projectWith({ "specs/auth.md": "" });
  expect(initializeStatus("auth", "specs/auth.md", root)).toBe(true);
  expect(readFileSync(join(root, STATUS), "utf8")).toBe(
    "name: auth\nspec: specs/auth.md\nlast_known_branch: null\n",
  );
  updateLastKnownBranch("auth", "main", root);
  const before = changeTimesOf(root);
  expect(initializeStatus("auth", join(root, "specs/auth.md"), root)).toBe(false);
  expect(readStatus("auth", root)?.last_known_branch).toBe("main");
  expect(filesIn(changeTimesOf(root))).toEqual(filesIn(before));
});

test("a spec whose file was moved is set up again with the new path, and keeps the rest", () => {
  const root = projectWith({
    "specs/done/auth.md": "",
    [STATUS]:
      "# mine\nname: auth\nspec: 'specs/auth.md' # where\nlast_known_branch: main\nmine: 1\n",
  });
  expect(initializeStatus("auth", "specs/done/auth.md", root)).toBe(false);
  expect(readFileSync(join(root, STATUS), "utf8")).toBe(
    "# mine\nname: auth\nspec: 'specs/done/auth.md' # where\nlast_known_branch: main\nmine: 1\n",
  );
});

test("another file with the name of a spec is refused, and nothing is written", () => {
  const root = projectWith({
    "specs/auth.md": "",
    "other/auth.md": "",
    [STATUS]: statusText("auth"),
  });
  const before = treeOf(join(root, STATUS, ".."));
  expect(() => initializeStatus("auth", "other/auth.md", root)).toThrow(
    coded("PLANNING_SPEC_EXISTS"),
  );
  expect(treeOf(join(root, STATUS, ".."))).toEqual(before);
});

test("the folder of a spec with another name is not taken over", () => {
  const root = projectWith({ "specs/auth.md": "", [STATUS]: statusText("other") });
  expect(() => initializeStatus("auth", "specs/auth.md", root)).toThrow(
    coded("PLANNING_SPEC_EXISTS"),
  );
});

test.each(["../out.md", "/etc/passwd", "specs/../../out.md", "", ".", "a\nb"])(
  "the path %j is refused, and nothing is written",
  (path) => {
    const root = projectWith({});
    expect(() => initializeStatus("auth", path, root)).toThrow(coded("PLANNING_SPEC_INVALID"));
    expect(treeOf(root)).toEqual({ ".planning/": "" });
  },
);

test("a path through a link that leads out is refused, relative and absolute", () => {
  const outside = projectWith({ "auth.md": "" });
  const root = projectWith({});
  symlinkSync(outside, join(root, "specs"));
  for (const path of ["specs/auth.md", join(root, "specs/auth.md")]) {
    expect(() => initializeStatus("auth", path, root)).toThrow(coded("PLANNING_SPEC_INVALID"));
  }
  expect(existsSync(join(root, STATUS))).toBe(false);
});

test("a file that is not there yet can be named, also through another spelling of the checkout", () => {
  const root = projectWith({});
  const alias = join(projectWith({}), "alias");
  symlinkSync(root, alias);
  initializeStatus("auth", join(alias, "not/yet/auth.md"), root);
  expect(readStatus("auth", alias)?.spec).toBe("not/yet/auth.md");
});

test("the path is relative to the top of the git checkout, where .planning may lie below", () => {
  const root = projectWith({ ".git/HEAD": "ref: refs/heads/main\n", "app/specs/auth.md": "" });
  mkdirSync(join(root, ".git/objects"));
  mkdirSync(join(root, ".git/refs"));
  mkdirSync(join(root, "app/.planning"));
  const place = { root: join(root, "app") };
  initializeStatus("auth", join(root, "app/specs/auth.md"), place);
  expect(readStatus("auth", place)?.spec).toBe("app/specs/auth.md");
  expect(readStatus("auth", join(root, "app/specs"))).toEqual(readStatus("auth", place));
  expect(readStatus("auth", root)).toBeNull();
});

test("a status is written and read, from the top and from a sub folder", () => {
  const root = projectWith({ "src/deep/a.ts": "" });
  const status = { name: "auth", spec: "specs/auth.md", last_known_branch: "feat/auth" };
  writeStatus(status, "auth", root);
  expect(readStatus("auth", root)).toEqual(status);
  expect(readStatus("auth", join(root, "src/deep"))).toEqual(status);
  expect(readStatus("other", root)).toBeNull();
});

test("what a user keeps in a status outlives a change of the branch", () => {
  const text =
    "\uFEFF# mine\r\nname: auth\r\nspec: a.md\r\n\r\n# hint\r\nlast_known_branch: 'x' # y\r\nmine:\r\n  - 1 # z\r\n";
  const root = projectWith({ [STATUS]: text });
  updateLastKnownBranch("auth", "feat/auth", root);
  expect(readFileSync(join(root, STATUS), "utf8")).toBe(text.replace("'x'", "'feat/auth'"));
  updateLastKnownBranch("auth", null, root);
  expect(readFileSync(join(root, STATUS), "utf8")).toBe(text.replace("'x'", "null"));
});

test("a change that changes nothing writes nothing", () => {
  const root = projectOf("auth");
  updateLastKnownBranch("auth", "main", root);
  const before = changeTimesOf(join(root, ".planning"));
  updateLastKnownBranch("auth", "main", root);
  writeStatus({ name: "auth", spec: "specs/auth.md", last_known_branch: "main" }, "auth", root);
  expect(filesIn(changeTimesOf(join(root, ".planning")))).toEqual(filesIn(before));
});

test("a branch of a spec that is not set up creates nothing", () => {
  const root = projectWith({});
  expect(() => updateLastKnownBranch("auth", "main", root)).toThrow(
    coded("PLANNING_SPEC_NOT_FOUND"),
  );
  expect(treeOf(root)).toEqual({ ".planning/": "" });
});

test("a name or a branch that cannot be creates nothing", () => {
  const root = projectOf("auth");
  const before = treeOf(root);
  const evil = { name: "../../evil", spec: "a.md", last_known_branch: null };
  expect(() => writeStatus(evil, evil.name, root)).toThrow(coded("PLANNING_NAME_UNSAFE"));
  expect(() => updateLastKnownBranch("../auth", null, root)).toThrow(coded("PLANNING_NAME_UNSAFE"));
  expect(() => updateLastKnownBranch("auth", "a b", root)).toThrow(
    coded("PLANNING_BRANCH_INVALID"),
  );
  expect(() => writeStatus({ ...evil, name: "other" }, "auth", root)).toThrow(TypeError);
  expect(treeOf(root)).toEqual(before);
});

test.each([
  ["no YAML", "name: [a\n"],
  ["a list", "- a\n"],
  ["a field twice", "name: auth\nname: b\nspec: a.md\n"],
  ["no UTF-8", Buffer.from("name: auth\nspec: a\xff.md\n", "latin1")],
  ["a list for a branch", "name: auth\nspec: a.md\nlast_known_branch: [a]\n"],
  ["a deep nest", `name: auth\nspec: a.md\nx: ${"[".repeat(50_000)}\n`],
])("a status with %s is told of, and left as it is", (_, content) => {
  const root = projectWith({ [STATUS]: content });
  const before = treeOf(join(root, ".planning/auth"));
  expect(() => readStatus("auth", root)).toThrow(coded("PLANNING_STATUS_CORRUPT"));
  expect(() => updateLastKnownBranch("auth", "main", root)).toThrow(
    coded("PLANNING_STATUS_CORRUPT"),
  );
  expect(treeOf(join(root, ".planning/auth"))).toEqual(before);
});

test("a status of 2 MiB is not parsed, and one that would grow too large is not written", () => {
  const head = statusText("auth");
  const root = projectWith({ [STATUS]: head.padEnd(2 ** 21, "#") });
  expect(() => readStatus("auth", root)).toThrow(coded("PLANNING_TOO_LARGE"));
  expect(() => updateLastKnownBranch("auth", "main", root)).toThrow(coded("PLANNING_TOO_LARGE"));
  const full = `${head}#`.padEnd(2 ** 20, "#");
  writeFileSync(join(root, STATUS), full);
  expect(() => updateLastKnownBranch("auth", "a-longer-name", root)).toThrow(
    coded("PLANNING_TOO_LARGE"),
  );
  expect(readFileSync(join(root, STATUS), "utf8")).toBe(full);
});

test("a status that has `branch` gets the hint in its place, when it is changed", () => {
  const root = projectWith({ [STATUS]: "name: auth\nspec: a.md\nbranch: main # hard link\n" });
  expect(readStatus("auth", root)?.last_known_branch).toBe("main");
  updateLastKnownBranch("auth", "feat/b", root);
  expect(readFileSync(join(root, STATUS), "utf8")).toBe(
    "name: auth\nspec: a.md\nlast_known_branch: feat/b # hard link\n",
  );
});

test("a spec whose folder is gone is no spec any more", () => {
  const root = projectOf("auth");
  renameSync(join(root, ".planning/auth"), join(root, "auth"));
  expect(readStatus("auth", root)).toBeNull();
});

test("a status in which something is missing is not written at all", () => {
  const text = "# mine\nspec: specs/auth.md\n";
  const root = projectWith({ [STATUS]: text });
  expect(() => updateLastKnownBranch("auth", "main", root)).toThrow(
    coded("PLANNING_STATUS_CORRUPT"),
  );
  expect(readFileSync(join(root, STATUS), "utf8")).toBe(text);
});

test.each([
  ["letter case", "Auth", "auth"],
  ["the form of an accent", "caf\u00E9", "cafe\u0301"],
])("two specs that differ in %s only are one folder on some platforms", (_, first, second) => {
  const root = projectWith({});
  initializeStatus(first, "a.md", root);
  expect(() => initializeStatus(second, "b.md", root)).toThrow(coded("PLANNING_SPEC_EXISTS"));
  expect(existsSync(join(root, ".planning", second))).toBe(false);
});

test("another spelling of the path is the same file, and so is a link to it", () => {
  const root = projectWith({
    "specs/auth.md": "",
    [STATUS]: "name: auth\nspec: ./specs/auth.md\nlast_known_branch: null\n",
  });
  symlinkSync("auth.md", join(root, "specs/link.md"));
  for (const path of ["specs/auth.md", "specs/link.md"]) {
    expect(initializeStatus("auth", path, root)).toBe(false);
  }
});

test("no folder is the file of a spec, and nothing that a link outside leads to", () => {
  const root = projectWith({ "specs/auth.md": "" });
  symlinkSync("/etc", join(root, "out"));
  const invalid = coded("PLANNING_SPEC_INVALID");
  expect(() => initializeStatus("auth", "specs", root)).toThrow(invalid);
  const status = { name: "auth", spec: "out/passwd", last_known_branch: null };
  expect(() => writeStatus(status, "auth", root)).toThrow(invalid);
  expect(existsSync(join(root, ".planning/auth"))).toBe(false);
});
