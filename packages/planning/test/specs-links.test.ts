import { mkdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import type { Warning } from "@x/registry-core";

import {
  clearActiveSpec,
  getActiveSpec,
  initializeStatus,
  listSpecs,
  migrateSpecs,
  readStatus,
  setActiveSpec,
  updateLastKnownBranch,
  writeStatus,
} from "../src/index.ts";
import { projectWith, statusText } from "./support/spec-project.ts";
import { changeTimesOf, treeOf } from "./support/tree.ts";

const SECRET = "do-not-tell";

/** A folder outside of the checkout, with everything that a link could be made to lead to. */
function outsideFolder(): string {
  return projectWith({
    ".active": "auth\n",
    ".gitignore": "",
    "status.yaml": statusText("auth", SECRET),
    "auth/status.yaml": statusText("auth", SECRET),
    "feat-old/status.yaml": `name: ${SECRET}\nspec: a.md\nbranch: ${SECRET}\n`,
  });
}

interface Link {
  /** Where it lies in the checkout. */
  readonly at: string;
  /** What of the outside it leads to. */
  readonly to: string;
}

const LINKS: readonly Link[] = [
  { at: ".planning", to: "." },
  { at: ".planning/auth", to: "auth" },
  { at: ".planning/auth/status.yaml", to: "auth/status.yaml" },
  { at: ".planning/.active", to: ".active" },
  { at: ".planning/.gitignore", to: ".gitignore" },
];

const CALLS: Readonly<
  Record<string, (root: string, onWarning: (warning: Warning) => void) => unknown>
> = {
  getActiveSpec: (root, onWarning) => getActiveSpec({ root }, { onWarning }),
  setActiveSpec: (root) => setActiveSpec("auth", { root }),
  clearActiveSpec: (root) => clearActiveSpec({ root }),
  readStatus: (root) => readStatus("auth", { root }),
  writeStatus: (root) =>
    writeStatus({ name: "auth", spec: "a.md", last_known_branch: "main" }, "auth", { root }),
  initializeStatus: (root) => initializeStatus("auth", "specs/auth.md", { root }),
  updateLastKnownBranch: (root) => updateLastKnownBranch("auth", "main", { root }),
  listSpecs: (root, onWarning) => listSpecs({ root }, { onWarning }),
  "migrateSpecs, dry": (root) => migrateSpecs({ root }, { dryRun: true }),
  migrateSpecs: (root) => migrateSpecs({ root }),
};

function projectWithLink({ at }: Link, target: string): string {
  const root = projectWith({ ".planning/auth/status.yaml": statusText("auth") });
  rmSync(join(root, at), { recursive: true, force: true });
  symlinkSync(target, join(root, at));
  return root;
}

/** All that a call lets out: its result, its warnings, its error. */
function toldBy(call: string, root: string): { readonly told: string; readonly code?: unknown } {
  const warnings: Warning[] = [];
  try {
    const result = CALLS[call]?.(root, (warning) => warnings.push(warning));
    return { told: JSON.stringify([result, warnings]) };
  } catch (error) {
    return {
      told: `${String(error)} ${JSON.stringify(warnings)}`,
      code: Reflect.get(Object(error), "code"),
    };
  }
}

const CASES = LINKS.flatMap((link) => Object.keys(CALLS).map((call) => ({ link, call })));

test.each(CASES)(
  "$call neither reads nor writes through a link at $link.at that leads out",
  ({ link, call }) => {
    const outside = outsideFolder();
    const root = projectWithLink(link, join(outside, link.to));
    const before = { tree: treeOf(outside), times: changeTimesOf(outside) };
    const { told, code } = toldBy(call, root);
    expect(told).not.toContain(SECRET);
    expect([undefined, "PLANNING_OUTSIDE"]).toContain(code);
    expect({ tree: treeOf(outside), times: changeTimesOf(outside) }).toEqual(before);
    expect(readlinkSync(join(root, link.at))).toBe(join(outside, link.to));
  },
);

test.each(CASES)(
  "$call makes nothing through a link at $link.at that leads to nothing",
  ({ link, call }) => {
    const outside = projectWith({});
    const root = projectWithLink(link, join(outside, "nothing"));
    const { code } = toldBy(call, root);
    expect([undefined, "PLANNING_OUTSIDE", "PLANNING_SPEC_NOT_FOUND"]).toContain(code);
    expect(treeOf(outside)).toEqual({ ".planning/": "" });
    expect(readlinkSync(join(root, link.at))).toBe(join(outside, "nothing"));
  },
);

test("a link at .planning that leads out is told of, and nothing there is listed", () => {
  const root = projectWithLink({ at: ".planning", to: "." }, outsideFolder());
  expect(toldBy("listSpecs", root).code).toBe("PLANNING_OUTSIDE");
  expect(toldBy("migrateSpecs, dry", root).code).toBe("PLANNING_OUTSIDE");
});

test("a spec whose folder leads out is left out of the list, with a warning", () => {
  const root = projectWithLink({ at: ".planning/auth", to: "auth" }, join(outsideFolder(), "auth"));
  const warnings: Warning[] = [];
  expect(listSpecs({ root }, { onWarning: (warning) => warnings.push(warning) })).toEqual([]);
  expect(warnings.map(({ code }) => code)).toEqual(["PLANNING_OUTSIDE"]);
});

test("links that stay inside are followed, and stay links", () => {
  const root = projectWith({ ".planning/auth/status.yaml": statusText("auth") });
  renameSync(join(root, ".planning"), join(root, "plans"));
  symlinkSync("plans", join(root, ".planning"));
  renameSync(join(root, "plans/auth/status.yaml"), join(root, "plans/auth/real.yaml"));
  symlinkSync("real.yaml", join(root, "plans/auth/status.yaml"));
  updateLastKnownBranch("auth", "main", root);
  setActiveSpec("auth", root);
  expect(listSpecs(root)).toMatchObject([
    { name: "auth", lastKnownBranch: "main", isActive: true },
  ]);
  expect(readlinkSync(join(root, ".planning/auth/status.yaml"))).toBe("real.yaml");
});

test("a circle of links is no spec", () => {
  const root = projectWith({});
  mkdirSync(join(root, ".planning/auth"));
  symlinkSync("status.yaml", join(root, ".planning/auth/status.yaml"));
  expect(toldBy("readStatus", root).code).toBe("PLANNING_OUTSIDE");
  expect(toldBy("updateLastKnownBranch", root).code).toBe("PLANNING_OUTSIDE");
});
