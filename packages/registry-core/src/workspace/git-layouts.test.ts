// Every way to lay out a repository and its worktrees that git knows, made by git itself, and what
// git says about it, compared with what is read from its files.
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import {
  deletedWorktree,
  git,
  LAYOUTS,
  type Layout,
  plain,
  submodule,
} from "../../test/support/git-layouts.ts";
import { findRoots } from "./find-roots.ts";
import { readCheckout } from "./read-checkout.ts";

const SUBFOLDERS = ["", "src/deep", "app", "app/src", "app/not/there"];

/** Compares the lease roots of all subfolders of all checkouts, and of what is beside them. */
function assertAgreement({ checkouts, others, main, common }: Layout, ofApp: string): void {
  const found = checkouts.flatMap((top) =>
    SUBFOLDERS.map((subfolder) => {
      const path = join(top, subfolder);
      return [path, findRoots(path).leases.path];
    }),
  );
  const expected = checkouts.flatMap((top) =>
    SUBFOLDERS.map((subfolder) => {
      const below = subfolder.startsWith("app") ? ofApp : "";
      return [join(top, subfolder), main === undefined ? common : join(main, below)];
    }),
  );
  expect(found).toEqual(expected);
  for (const other of others) {
    expect([other, findRoots(other).leases.path]).toEqual([other, main ?? common]);
  }
}

const CASES = LAYOUTS.map((layout) => ({ name: layout.name, layout }));

test.each(CASES)(
  "all checkouts have one lease root, by any marker or none, and git says the same of them: $name",
  ({ layout }) => {
    const made = layout(temporaryFolder(), []);
    assertAgreement(made, "");
    assertGitAgrees(made, layout === deletedWorktree);
    mkdirSync(join(made.checkouts.at(-1) ?? "", "app/.planning"));
    assertAgreement(made, "");
    if (made.main === undefined) return;
    mkdirSync(join(made.main, "app/.planning"));
    assertAgreement(made, "app");
    mkdirSync(join(made.main, ".planning"));
    assertAgreement(made, "app");
  },
);

/** Compares what is read of checkouts, branches and common dirs with what git says of them. */
function assertGitAgrees(made: Layout, isBroken: boolean): void {
  const { checkouts, others, common, main, isListedElsewhere } = made;
  for (const top of checkouts) {
    const commonDir = git(top, "rev-parse", "--path-format=absolute", "--git-common-dir");
    expect(commonDir).toBe(common);
    const [first] = git(top, "worktree", "list", "--porcelain").split("\n");
    expect(first === `worktree ${main ?? common}`).toBe(isListedElsewhere !== true);
    const branch = git(top, "branch", "--show-current");
    const checkout = { top, branch: branch === "" ? undefined : branch };
    expect(git(top, "rev-parse", "--show-toplevel")).toBe(top);
    expect(readCheckout(join(top, "app/not/there"))).toEqual(checkout);
    expect(readCheckout(top)).toEqual(checkout);
  }
  expect(others.map((other) => readCheckout(other))).toEqual(others.map(() => undefined));
  // Git does not work at all in a repository that has lost its worktree.
  const asked = isBroken ? [] : others;
  const answers = asked.map((other) => git(other, "rev-parse", "--is-inside-work-tree"));
  expect(answers).toEqual(asked.map(() => "false"));
}

test.each(CASES)(
  "a marker that every checkout has makes no root of its own, and a file is none: $name",
  ({ layout }) => {
    const roadmaps = [".planning/ROADMAP.md", "app/.planning/ROADMAP.md"];
    const made = layout(temporaryFolder(), roadmaps);
    assertAgreement(made, "app");
    for (const top of made.checkouts) {
      rmSync(join(top, "app/.planning"), { recursive: true });
      writeFileSync(join(top, "app/.planning"), "");
    }
    assertAgreement(made, "");
  },
);

test("branches: with slashes, with other letters, without a commit, none", () => {
  const folder = temporaryFolder();
  const { checkouts, main = "" } = plain(folder, []);
  const branches = checkouts.map((top) => readCheckout(top)?.branch);
  expect(branches).toEqual(["main", "feature/one/first", "zwei", undefined]);
  git(main, "checkout", "--quiet", "--orphan", "Übung/工作#1");
  expect(readCheckout(main)).toEqual({ top: main, branch: "Übung/工作#1" });
  const head = join(main, ".git/HEAD");
  rmSync(head);
  symlinkSync("refs/heads/not/yet", head);
  expect(git(main, "symbolic-ref", "--short", "HEAD")).toBe("not/yet");
  expect(readCheckout(main)?.branch).toBe("not/yet");
  rmSync(head);
  writeFileSync(head, "ref: refs/heads/.invalid\n");
  expect(readCheckout(main)).toEqual({ top: main, branch: undefined });
  writeFileSync(head, "ref: refs/remotes/origin/main\n");
  expect(readCheckout(main)).toEqual({ top: main, branch: undefined });
});

test("through links to a worktree, to what is in it and above it, all is as without", () => {
  const folder = temporaryFolder();
  const real = join(folder, "real");
  mkdirSync(real);
  const { checkouts, main = "" } = submodule(real, []);
  const [, linked = ""] = checkouts;
  mkdirSync(join(main, "app/.planning"));
  symlinkSync(real, join(folder, "above"));
  symlinkSync(linked, join(folder, "to-linked"));
  symlinkSync(join(main, "app/src"), join(folder, "to-source"));
  symlinkSync(join(linked, "app"), join(main, "way"));
  for (const path of [
    "above/one/app/src",
    "to-linked/app",
    "to-source",
    "above/one/app/not/there",
  ]) {
    expect(findRoots(join(folder, path)).leases.path).toBe(join(main, "app"));
  }
  expect(findRoots(join(main, "way")).leases.path).toBe(join(main, "app"));
  expect(readCheckout(join(folder, "to-linked/app"))).toEqual(readCheckout(linked));
});

test("worktrees of a repository that was moved away have no lease root until git repairs them", () => {
  const folder = temporaryFolder();
  const { checkouts, main = "" } = plain(folder, []);
  const [, linked = "", inside = ""] = checkouts;
  const moved = join(folder, "moved");
  renameSync(main, moved);
  expect(() => findRoots(join(linked, "app")).leases).toThrow(
    expect.objectContaining({ code: "WORKSPACE_UNREACHABLE", path: linked }),
  );
  expect(readCheckout(linked)).toEqual({ top: linked, branch: undefined });
  const insideMoved = join(moved, relative(main, inside));
  git(moved, "worktree", "repair", linked, insideMoved);
  for (const top of [moved, linked, insideMoved]) {
    expect(findRoots(join(top, "app")).leases.path).toBe(moved);
  }
  expect(readCheckout(linked)?.branch).toBe("feature/one/first");
});

test("a submodule without the repository that it is part of has no lease root", () => {
  const { main = "", common } = submodule(temporaryFolder(), []);
  renameSync(common, `${common}.moved`);
  expect(() => findRoots(join(main, "app")).leases).toThrow(
    expect.objectContaining({ code: "WORKSPACE_UNREACHABLE", path: main }),
  );
});
