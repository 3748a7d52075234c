import fs, { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { expect, onTestFinished, test, vi } from "vitest";

import { filesOf, LAYOUTS } from "../test/support/migration-layouts.ts";
import { projectWith, statusText } from "../test/support/spec-project.ts";
import { changeTimesOf, treeOf } from "../test/support/tree.ts";
import { getActiveSpec } from "./active-spec.ts";
import { migrateSpecs } from "./migrate-specs.ts";
import { openRunState } from "./run-state/index.ts";
import { readStatus } from "./status-file.ts";

const OLD = (name: string): string => `name: ${name}\nspec: a.md\nbranch: main # hard\n`;

test.each(Object.keys(LAYOUTS))(
  "with %s, a dry run says what a run does, and changes nothing",
  (layout) => {
    const root = projectWith(filesOf(layout));
    const before = { tree: treeOf(root), times: changeTimesOf(root) };
    const plan = migrateSpecs(root, { dryRun: true });
    expect({ tree: treeOf(root), times: changeTimesOf(root) }).toEqual(before);
    expect(migrateSpecs(root)).toEqual(plan);
  },
);

test.each(Object.keys(LAYOUTS))(
  "with %s, a second run finds the same conflicts, and changes nothing",
  (layout) => {
    const root = projectWith(filesOf(layout));
    const { conflicts } = migrateSpecs(root);
    const before = { tree: treeOf(root), times: changeTimesOf(root) };
    expect(migrateSpecs(root)).toEqual({ moves: [], conflicts });
    expect({ tree: treeOf(root), times: changeTimesOf(root) }).toEqual(before);
  },
);

test.each(Object.keys(LAYOUTS))(
  "with %s, no file is lost, and none changes but for its branch",
  (layout) => {
    const root = projectWith(filesOf(layout));
    const isOfUser = (path: string): boolean => !/\.active$|\.gitignore$|\/$/.test(path);
    const contents = (): string[] =>
      Object.entries(treeOf(root))
        .filter(([path]) => isOfUser(path))
        .map(([, text]) => text.replace("last_known_branch:", "branch:"))
        .toSorted();
    const before = contents();
    migrateSpecs(root);
    expect(contents()).toEqual(before);
  },
);

test("folders get the names of their specs, in an order in which each finds room", () => {
  const root = projectWith(filesOf("a chain with the active spec in its middle"));
  expect(migrateSpecs(root)).toEqual({
    moves: [
      { from: "b", to: "c" },
      { from: "a", to: "b" },
    ],
    conflicts: [],
  });
  expect(readStatus("b", root)).toMatchObject({ name: "b", last_known_branch: "feat/a" });
  expect(readStatus("c", root)).toMatchObject({ name: "c", last_known_branch: "feat/b" });
  expect(readFileSync(join(root, ".planning/.active"), "utf8")).toBe("c\n");
  expect(readFileSync(join(root, ".planning/c/deep/notes.md"), "utf8")).toBe("b");
});

test("what stands in the way is told of, and stays", () => {
  const root = projectWith(filesOf("targets that are there"));
  const before = treeOf(join(root, ".planning"));
  const { moves, conflicts } = migrateSpecs(root);
  expect(moves).toEqual([]);
  expect(conflicts.map(({ from, to }) => [from, to])).toEqual([
    ["feat-auth", "auth"],
    ["feat-file", "file"],
    ["feat-flow", "flow"],
  ]);
  expect(treeOf(join(root, ".planning"))).toEqual(before);
});

test("an unsafe name and a damaged status are told of, each with its reason", () => {
  const root = projectWith(filesOf("names that no folder can have, and damaged statuses"));
  const { moves, conflicts } = migrateSpecs(root);
  expect(moves).toEqual([{ from: "feat-auth", to: "auth" }]);
  expect(conflicts.map(({ from }) => from)).toEqual([
    "feat-con",
    "feat-evil",
    "feat-list",
    "feat-none",
    "feat-yaml",
  ]);
  expect(existsSync(join(root, "../evil"))).toBe(false);
});

test("an empty folder, and a link to nothing, are not replaced", () => {
  const root = projectWith({
    ".planning/feat-a/status.yaml": OLD("a"),
    ".planning/feat-b/status.yaml": OLD("b"),
  });
  mkdirSync(join(root, ".planning/a"));
  symlinkSync("nowhere", join(root, ".planning/b"));
  expect(migrateSpecs(root).moves).toEqual([]);
});

test("a link to a folder of specs is not moved, and what it leads to neither", () => {
  const outside = projectWith({ "old/status.yaml": OLD("stolen") });
  const before = treeOf(outside);
  const root = projectWith({ ".planning/feat-a/status.yaml": OLD("a") });
  symlinkSync(join(outside, "old"), join(root, ".planning/feat-out"));
  const { moves, conflicts } = migrateSpecs(root);
  expect(moves).toEqual([{ from: "feat-a", to: "a" }]);
  expect(JSON.stringify(conflicts)).not.toContain("stolen");
  expect(conflicts).toEqual([expect.objectContaining({ from: "feat-out" })]);
  expect(treeOf(outside)).toEqual(before);
});

test("without .planning there is nothing to migrate, and nothing is made", () => {
  const root = projectWith({});
  expect(migrateSpecs({ root: join(root, "none") })).toEqual({ moves: [], conflicts: [] });
  expect(treeOf(root)).toEqual({ ".planning/": "" });
});

test("a spec that has its name already keeps its folder, and gets the hint", () => {
  const root = projectWith({
    ".planning/auth/status.yaml": OLD("auth"),
    ".planning/flow/status.yaml": statusText("flow"),
  });
  expect(migrateSpecs(root)).toEqual({ moves: [{ from: "auth", to: "auth" }], conflicts: [] });
  expect(readFileSync(join(root, ".planning/auth/status.yaml"), "utf8")).toBe(
    "name: auth\nspec: a.md\nlast_known_branch: main # hard\n",
  );
});

test("the folder of a branch with a slash is told of, and stays", () => {
  const root = projectWith({ ".planning/feat/login/status.yaml": OLD("login") });
  const before = treeOf(root);
  expect(migrateSpecs(root)).toEqual({
    moves: [],
    conflicts: [
      {
        from: "feat/login",
        to: "feat/login",
        reason: "it lies in another folder: move it by hand",
      },
    ],
  });
  expect(treeOf(root)).toEqual(before);
});

test("a folder in whose run an executor is at work stays until that has ended", async () => {
  const root = projectWith({ ".planning/feat-a/status.yaml": OLD("a") });
  const folder = join(root, ".planning/feat-a/.long-run");
  const run = await openRunState(folder, { executor: "claude-1" });
  const move = { from: "feat-a", to: "a" };
  const reason = "an executor is at work on its run";
  expect(migrateSpecs(root)).toEqual({ moves: [], conflicts: [{ ...move, reason }] });
  await run.close();
  expect(migrateSpecs(root)).toEqual({ moves: [move], conflicts: [] });
});

test("when a folder cannot be renamed after all, the active spec stays what it was", () => {
  const root = projectWith({
    ".planning/feat-a/status.yaml": OLD("a"),
    ".planning/.active": "feat-a\n",
  });
  const rename = fs.renameSync;
  const inTheWay = Object.assign(new Error("ENOTEMPTY"), { code: "ENOTEMPTY" });
  const spy = vi.spyOn(fs, "renameSync").mockImplementation((from, to) => {
    if (String(from).endsWith("feat-a")) throw inTheWay;
    rename(from, to);
  });
  onTestFinished(() => spy.mockRestore());
  expect(migrateSpecs(root).conflicts).toEqual([
    { from: "feat-a", to: "a", reason: "something of that name is there" },
  ]);
  expect(getActiveSpec(root)).toBe("feat-a");
});
