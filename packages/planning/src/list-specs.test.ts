import { join } from "node:path";

import { expect, test } from "vitest";

import type { Warning } from "@x/registry-core";

import { projectOf, projectWith, statusText } from "../test/support/spec-project.ts";
import { setActiveSpec } from "./active-spec.ts";
import { listSpecs, type SpecInfo } from "./list-specs.ts";
import { updateLastKnownBranch } from "./write-status.ts";

function listOf(root: string): { readonly specs: SpecInfo[]; readonly warnings: Warning[] } {
  const warnings: Warning[] = [];
  const specs = listSpecs(root, { onWarning: (warning) => warnings.push(warning) });
  return { specs, warnings };
}

test("the specs are listed by name, also two of one branch, with the one that is active", () => {
  const root = projectOf("flow", "auth", "zeta");
  updateLastKnownBranch("auth", "main", root);
  updateLastKnownBranch("flow", "main", root);
  setActiveSpec("flow", root);
  expect(listOf(join(root, ".planning"))).toEqual({
    specs: [
      { name: "auth", specPath: "specs/auth.md", lastKnownBranch: "main", isActive: false },
      { name: "flow", specPath: "specs/flow.md", lastKnownBranch: "main", isActive: true },
      { name: "zeta", specPath: "specs/zeta.md", lastKnownBranch: null, isActive: false },
    ],
    warnings: [],
  });
});

test("what is no spec's folder is passed over", () => {
  const root = projectWith({
    ".planning/auth/status.yaml": statusText("auth"),
    ".planning/ROADMAP.md": "",
    ".planning/phases/status.yaml": statusText("phases"),
    ".planning/.local/status.yaml": statusText(".local"),
    ".planning/empty/notes.md": "",
    ".planning/con/status.yaml": statusText("con"),
  });
  const { specs, warnings } = listOf(root);
  expect(specs.map(({ name }) => name)).toEqual(["auth"]);
  expect(warnings).toEqual([]);
});

test("a spec with a damaged status is left out, with a warning, and hides no other", () => {
  const root = projectWith({
    ".planning/auth/status.yaml": statusText("auth"),
    ".planning/bad/status.yaml": "name: [",
    ".planning/large/status.yaml": "#".repeat(2 ** 20 + 1),
  });
  const { specs, warnings } = listOf(root);
  expect(specs.map(({ name }) => name)).toEqual(["auth"]);
  expect(warnings).toEqual([
    {
      code: "PLANNING_STATUS_CORRUPT",
      message: expect.stringMatching(/^.{1,600}$/s),
      path: join(root, ".planning/bad/status.yaml"),
    },
    {
      code: "PLANNING_TOO_LARGE",
      message: expect.any(String),
      path: join(root, ".planning/large/status.yaml"),
    },
  ]);
});

test("a folder with another name than its spec is listed by its own, with a short warning", () => {
  const long = "x".repeat(100_000);
  const root = projectWith({ ".planning/feat-auth/status.yaml": statusText(long) });
  const { specs, warnings } = listOf(root);
  expect(specs.map(({ name }) => name)).toEqual(["feat-auth"]);
  expect(warnings).toEqual([
    {
      code: "PLANNING_FOLDER_NAME",
      message: expect.stringMatching(/^.{1,300}$/),
      path: join(root, ".planning/feat-auth"),
    },
  ]);
});
