import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { initializeStatus, listSpecs } from "../src/index.ts";
import { readPhases, setPhaseStatus } from "../src/phases/index.ts";

const ROADMAP = "- [ ] **Phase 1: Form**\n";

function git(folder: string, ...words: string[]): void {
  const settings = ["user.name=A", "user.email=a@b"].flatMap((setting) => ["-c", setting]);
  const env = { PATH: process.env["PATH"], HOME: "/nowhere", GIT_CONFIG_NOSYSTEM: "1" };
  execFileSync("git", [...settings, "-C", folder, ...words], { env, stdio: "ignore" });
}

/** A main worktree and a linked one, which has a link to that folder in the place of `.planning`. */
function worktreeWithLink(target: (main: string) => string): { main: string; linked: string } {
  const folder = temporaryFolder();
  const [main, linked] = [join(folder, "main"), join(folder, "linked")];
  mkdirSync(join(main, ".planning"), { recursive: true });
  writeFileSync(join(main, ".planning/ROADMAP.md"), ROADMAP);
  git(main, "init", "--quiet");
  git(main, "commit", "--quiet", "--allow-empty", "-m", "first");
  git(main, "worktree", "add", "--quiet", linked);
  symlinkSync(target(main), join(linked, ".planning"));
  return { main, linked };
}

test("a worktree may share the .planning of its main worktree", () => {
  const { main, linked } = worktreeWithLink((top) => join(top, ".planning"));
  const place = { root: linked };
  initializeStatus("login", "specs/login.md", place);
  expect(listSpecs({ root: main })).toEqual(listSpecs(place));
  setPhaseStatus(linked, 1, "in_progress");
  expect(readFileSync(join(main, ".planning/ROADMAP.md"), "utf8")).toBe(
    ROADMAP.replace(" ]", "-]"),
  );
});

test("no other folder outside of the checkout takes the place of .planning", () => {
  const other = temporaryFolder();
  mkdirSync(join(other, ".planning"));
  writeFileSync(join(other, ".planning/ROADMAP.md"), ROADMAP);
  const { linked } = worktreeWithLink(() => join(other, ".planning"));
  const outside = expect.objectContaining({ code: "PLANNING_OUTSIDE" });
  expect(() => initializeStatus("login", "a.md", { root: linked })).toThrow(outside);
  expect(() => readPhases(linked)).toThrow(outside);
  expect(() => setPhaseStatus(linked, 1, "in_progress")).toThrow(outside);
  expect(readFileSync(join(other, ".planning/ROADMAP.md"), "utf8")).toBe(ROADMAP);
});
