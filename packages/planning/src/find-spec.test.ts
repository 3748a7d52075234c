import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { projectOf, projectWith, statusText } from "../test/support/spec-project.ts";
import { findSpecOfFile, requireRunFolder } from "./find-spec.ts";

const coded = (code: string): unknown => expect.objectContaining({ code });

test("a spec is found by its file, and by no other file of that name", () => {
  const root = projectWith({
    ".planning/auth/status.yaml": statusText("auth"),
    "specs/auth.md": "---\nname: auth\n---\n",
    "docs/auth.md": "---\nname: auth\n---\n",
    "docs/new.md": "---\nname: new\n---\n",
  });
  expect(findSpecOfFile(join(root, "specs/auth.md"), root)).toBe("auth");
  expect(() => findSpecOfFile(join(root, "docs/auth.md"), root)).toThrow(
    coded("PLANNING_SPEC_INVALID"),
  );
  expect(() => findSpecOfFile(join(root, "docs/new.md"), root)).toThrow(
    coded("PLANNING_SPEC_NOT_FOUND"),
  );
});

test("the folder of a run need not exist, and never lies outside", () => {
  const root = projectOf("auth", "evil");
  expect(requireRunFolder("auth", root)).toBe(join(root, ".planning/auth/.long-run"));
  const outside = temporaryFolder();
  mkdirSync(join(outside, "run"));
  symlinkSync(join(outside, "run"), join(root, ".planning/evil/.long-run"));
  expect(() => requireRunFolder("evil", root)).toThrow(coded("PLANNING_OUTSIDE"));
  expect(() => requireRunFolder("none", root)).toThrow(coded("PLANNING_SPEC_NOT_FOUND"));
});
