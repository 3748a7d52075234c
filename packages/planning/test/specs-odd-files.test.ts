import { execFileSync } from "node:child_process";
import { mkdirSync, rmdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import type { Warning } from "@x/registry-core";

import {
  getActiveSpec,
  listSpecs,
  migrateSpecs,
  readStatus,
  setActiveSpec,
  updateLastKnownBranch,
} from "../src/index.ts";
import { projectOf, projectWith, statusText } from "./support/spec-project.ts";
import { treeOf } from "./support/tree.ts";

const typed = expect.objectContaining({
  code: expect.stringMatching(/^(PLANNING_UNREADABLE|PLANNING_TOO_LARGE|ATOMIC_FS_)/),
});

function makeOdd(kind: string, path: string): void {
  if (kind === "folder") mkdirSync(path);
  else execFileSync("mkfifo", [path]);
}

test.each(["folder", "pipe"])(
  "a %s in the place of a status is told of, and nobody waits for it",
  (kind) => {
    const root = projectWith({ ".planning/flow/status.yaml": statusText("flow") });
    mkdirSync(join(root, ".planning/auth"));
    makeOdd(kind, join(root, ".planning/auth/status.yaml"));
    expect(() => readStatus("auth", root)).toThrow(typed);
    expect(() => updateLastKnownBranch("auth", "main", root)).toThrow(typed);
    const warnings: Warning[] = [];
    const specs = listSpecs(root, { onWarning: (warning) => warnings.push(warning) });
    expect(specs.map(({ name }) => name)).toEqual(["flow"]);
    expect(warnings.map(({ code }) => code)).toEqual(["PLANNING_UNREADABLE"]);
    expect(migrateSpecs(root).conflicts).toEqual([expect.objectContaining({ from: "auth" })]);
  },
);

test.each(["folder", "pipe"])(
  "a %s in the place of .active is told of, and nobody waits for it",
  (kind) => {
    const root = projectOf("auth");
    makeOdd(kind, join(root, ".planning/.active"));
    const warnings: Warning[] = [];
    expect(getActiveSpec(root, { onWarning: (warning) => warnings.push(warning) })).toBeNull();
    expect(warnings.map(({ code }) => code)).toEqual(["PLANNING_ACTIVE_DANGLING"]);
    expect(() => setActiveSpec("auth", root)).toThrow(typed);
  },
);

test.each(["folder", "pipe"])("with a %s in the place of .gitignore nothing is written", (kind) => {
  const root = projectOf("auth");
  makeOdd(kind, join(root, ".planning/.gitignore"));
  const before = treeOf(root);
  expect(() => setActiveSpec("auth", root)).toThrow(typed);
  expect(() => updateLastKnownBranch("auth", "main", root)).toThrow(typed);
  expect(treeOf(root)).toEqual(before);
});

test("a status of many gigabytes is refused before it is read", () => {
  const root = projectOf("auth");
  truncateSync(join(root, ".planning/auth/status.yaml"), 2 ** 40);
  expect(() => readStatus("auth", root)).toThrow(typed);
  expect(() => updateLastKnownBranch("auth", "main", root)).toThrow(typed);
});

test("a file in the place of .planning is told of, and no spec is active", () => {
  const root = projectWith({});
  rmdirSync(join(root, ".planning"));
  writeFileSync(join(root, ".planning"), "");
  expect(() => listSpecs({ root })).toThrow(typed);
  expect(getActiveSpec({ root })).toBeNull();
  expect(() => setActiveSpec("auth", { root })).toThrow(
    expect.objectContaining({ code: "PLANNING_SPEC_NOT_FOUND" }),
  );
  expect(treeOf(root)).toEqual({ ".planning": "" });
});
