import { existsSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test, vi } from "vitest";

import type { Warning } from "@x/registry-core";

import { projectOf, projectWith, statusText } from "../test/support/spec-project.ts";
import { changeTimesOf, treeOf } from "../test/support/tree.ts";
import {
  clearActiveSpec,
  clearDanglingSpec,
  findDanglingSpec,
  getActiveSpec,
  setActiveSpec,
} from "./active-spec.ts";

const coded = (code: string): unknown => expect.objectContaining({ code });

function activeOf(root: string): { readonly name: string | null; readonly warnings: Warning[] } {
  const warnings: Warning[] = [];
  const name = getActiveSpec(root, { onWarning: (warning) => warnings.push(warning) });
  return { name, warnings };
}

test("a spec is active until another one is, or none", () => {
  const root = projectOf("auth", "flow");
  expect(activeOf(root)).toEqual({ name: null, warnings: [] });
  setActiveSpec("auth", root);
  expect(readFileSync(join(root, ".planning/.active"), "utf8")).toBe("auth\n");
  setActiveSpec("flow", { root });
  expect(activeOf(root)).toEqual({ name: "flow", warnings: [] });
  expect(clearActiveSpec(root)).toBe(true);
  expect(clearActiveSpec(root)).toBe(false);
  expect(activeOf(root)).toEqual({ name: null, warnings: [] });
});

test("in a folder without .planning no spec is active, and asking creates nothing", () => {
  const root = projectWith({});
  rmSync(join(root, ".planning"), { recursive: true });
  expect(activeOf(root)).toEqual({ name: null, warnings: [] });
  expect(clearActiveSpec(root)).toBe(false);
  expect(() => setActiveSpec("auth", root)).toThrow(coded("PLANNING_SPEC_NOT_FOUND"));
  expect(treeOf(root)).toEqual({});
});

test("a spec that is not set up, or cannot be, is not activated, and nothing is written", () => {
  const root = projectOf("auth");
  const before = treeOf(root);
  expect(() => setActiveSpec("flow", root)).toThrow(coded("PLANNING_SPEC_NOT_FOUND"));
  expect(() => setActiveSpec("../auth", root)).toThrow(coded("PLANNING_NAME_UNSAFE"));
  expect(() => setActiveSpec("phases", root)).toThrow(coded("PLANNING_NAME_UNSAFE"));
  expect(treeOf(root)).toEqual(before);
});

test.each([
  ["a spec that is gone", "flow\n"],
  ["a path", "../../evil\n"],
  ["two lines", "auth\nflow\n"],
  ["a name of Cabinet's own", ".local"],
  ["an escape sequence", "\u001b[31mauth"],
  ["very much", "x".repeat(2 ** 20)],
  ["bytes that are no text", Buffer.from([0xff, 0xfe, 0])],
])("%s in .active is none, with one short warning", (_, content) => {
  const root = projectWith({
    ".planning/auth/status.yaml": statusText("auth"),
    ".planning/.active": content,
  });
  const { name, warnings } = activeOf(root);
  expect(name).toBeNull();
  expect(warnings).toEqual([
    {
      code: "PLANNING_ACTIVE_DANGLING",
      message: expect.stringMatching(/^.{1,600}$/s),
      path: join(root, ".planning/.active"),
    },
  ]);
  setActiveSpec("auth", root);
  expect(activeOf(root).name).toBe("auth");
});

test.each(["auth", "auth\r\n", "  auth  \n\n", "\uFEFFauth\n"])(
  "%j in .active is a name",
  (content) => {
    const root = projectWith({ ".planning/auth/status.yaml": "", ".planning/.active": content });
    expect(activeOf(root)).toEqual({ name: "auth", warnings: [] });
  },
);

test.each(["", "\n", " \r\n"])("%j in .active is none, without a warning", (content) => {
  const root = projectWith({ ".planning/.active": content });
  expect(activeOf(root)).toEqual({ name: null, warnings: [] });
});

test("a warning that nobody listens for goes to stderr", () => {
  const root = projectWith({ ".planning/.active": "gone\n" });
  const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  try {
    expect(getActiveSpec(root)).toBeNull();
    expect(write.mock.calls).toEqual([[expect.stringMatching(/^warning: .*"gone".*\n$/)]]);
  } finally {
    write.mockRestore();
  }
});

test("the spec that is active already is not written again", () => {
  const root = projectOf("auth");
  setActiveSpec("auth", root);
  const file = (): unknown => changeTimesOf(join(root, ".planning"))[".active"];
  const before = file();
  setActiveSpec("auth", root);
  expect(file()).toBe(before);
});

test("a spec stays active whatever becomes of its status, but cannot become it then", () => {
  const root = projectOf("auth", "other");
  setActiveSpec("auth", root);
  writeFileSync(join(root, ".planning/auth/status.yaml"), "- damaged");
  expect(activeOf(root).name).toBe("auth");
  setActiveSpec("other", root);
  expect(() => setActiveSpec("auth", root)).toThrow(
    expect.objectContaining({ code: "PLANNING_STATUS_CORRUPT" }),
  );
  expect(activeOf(root).name).toBe("other");
  expect(existsSync(join(root, ".planning/.gitignore"))).toBe(true);
});

test("what is noted and is no spec is moved away, under its lock; a spec, and nothing, are left", () => {
  const root = projectOf("auth");
  const taken: string[] = [];
  const take = (path: string): void => {
    expect(() => clearActiveSpecWithin(root)).toThrow(coded("ATOMIC_FS_LOCKED"));
    taken.push(path);
    renameSync(path, join(root, "moved"));
  };
  const clear = (): boolean => clearDanglingSpec(take, { root });
  expect([findDanglingSpec(root), clear()]).toEqual([undefined, false]);
  setActiveSpec("auth", root);
  expect([findDanglingSpec(root), clear()]).toEqual([undefined, false]);
  rmSync(join(root, ".planning/auth/status.yaml"));
  expect(findDanglingSpec({ root })).toBe("auth");
  expect(clear()).toBe(true);
  expect(taken).toEqual([join(root, ".planning/.active")]);
  expect(readFileSync(join(root, "moved"), "utf8")).toBe("auth\n");
  expect([findDanglingSpec(root), clear()]).toEqual([undefined, false]);
});

/** As somebody else would, who does not wait. */
function clearActiveSpecWithin(root: string): boolean {
  return clearDanglingSpec(() => undefined, { root }, { timeoutMilliseconds: 0 });
}

test("what cannot be told to be no spec is not moved away", () => {
  const root = projectWith({ ".planning/.active": "auth\n", "elsewhere/f": "gone\n" });
  const take = (): void => expect.unreachable();
  symlinkSync("../../away", join(root, ".planning/auth"));
  expect(() => clearDanglingSpec(take, { root })).toThrow(coded("PLANNING_OUTSIDE"));
  rmSync(join(root, ".planning/.active"));
  symlinkSync("../elsewhere/f", join(root, ".planning/.active"));
  expect(() => clearDanglingSpec(take, { root })).toThrow(coded("PLANNING_OUTSIDE"));
  expect(existsSync(join(root, "elsewhere/f.lock"))).toBe(false);
});
