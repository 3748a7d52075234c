import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { beforeEach, expect, test } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { gitDir, pair, write } from "../../test/support/git-layouts.ts";
import { findRoots } from "./find-roots.ts";
import { readCheckout } from "./read-checkout.ts";

const STRANGER = 65_534;
const USER = 12_345;

beforeEach(({ skip }) => {
  if (process.geteuid?.() !== 0) skip("only root can give files to other users");
});

function give(path: string, owner: number): void {
  lchownSync(path, owner, owner);
  for (const name of readdirSync(path, { recursive: true, encoding: "utf8" })) {
    lchownSync(join(path, name), owner, owner);
  }
}

/** A folder that is the stranger's, with a project of another owner below. */
function projectBelow(owner = 0): { above: string; project: string } {
  const above = join(temporaryFolder(), "above");
  const project = join(above, "project");
  mkdirSync(join(project, "src"), { recursive: true });
  give(above, STRANGER);
  give(project, owner);
  return { above, project };
}

/** Everything that is found from a folder. */
function found(folder: string): unknown {
  const { checkout, plans, leases } = findRoots(folder, { env: {} });
  return { checkout, plans, leases, top: readCheckout(folder)?.top };
}

const own = (path: string): unknown => {
  const root = { path, rule: "cwd" };
  return { checkout: root, plans: root, leases: root, top: undefined };
};

const below = (path: string): unknown => {
  const root = { path, rule: "git" };
  return { checkout: root, plans: root, leases: root, top: path };
};

const LAID: [string, (above: string) => void][] = [
  ["a .git with a repository", (above) => gitDir(join(above, ".git"))],
  ["an empty .git", (above) => mkdirSync(join(above, ".git"))],
  [
    "a .git file that leads somewhere",
    (above) => {
      gitDir(join(above, "elsewhere"));
      write(join(above, ".git"), "gitdir: elsewhere\n");
    },
  ],
  ["a .git file that leads nowhere", (above) => write(join(above, ".git"), "gitdir: /nowhere\n")],
  [
    "a .git that is a link to a repository of root",
    (above) => {
      const { main } = pair(temporaryFolder());
      symlinkSync(join(main, ".git"), join(above, ".git"));
    },
  ],
  [
    "itself as a git dir",
    (above) => {
      gitDir(above);
      write(join(above, "config"), "[core]\n\tworktree = /etc\n");
    },
  ],
];

test.each(LAID)("what a stranger has laid above a project is none: %s", (_, lay) => {
  for (const owner of [0, USER]) {
    const { above, project } = projectBelow(owner);
    mkdirSync(join(above, ".planning"));
    mkdirSync(join(above, ".ai"));
    const before = found(join(project, "src"));
    lay(above);
    give(above, STRANGER);
    give(project, owner);
    expect(found(join(project, "src"))).toEqual(before);
    expect(before).toEqual(own(join(project, "src")));
  }
});

test.each(LAID.slice(0, 2))(
  "what root or the project's owner has laid there counts: %s",
  (_, lay) => {
    for (const owner of [0, USER]) {
      const { above, project } = projectBelow(USER);
      lay(above);
      give(join(above, ".git"), owner);
      expect(found(join(project, "src"))).toEqual(below(above));
    }
  },
);

test("what lies above the stranger's .git is found, and so is the stranger's own from inside", () => {
  const { above, project } = projectBelow();
  gitDir(join(above, ".git"));
  give(join(above, ".git"), STRANGER);
  const top = join(above, "..");
  gitDir(join(top, ".git"));
  expect(found(join(project, "src"))).toEqual(below(top));
  expect(readCheckout(join(project, "src"))).toEqual({ top, branch: "main" });
  expect(found(above)).toEqual(below(above));
  const missing = join(project, "not/there");
  expect(findRoots(missing).leases).toEqual({ path: top, rule: "git" });
});

test("in a folder where anybody may write a git dir with a stranger's HEAD is none", () => {
  const folder = temporaryFolder();
  const project = join(folder, "project");
  mkdirSync(project);
  chmodSync(folder, 0o1777);
  gitDir(folder);
  const shared = { path: folder, rule: "repository" };
  expect(findRoots(project).leases).toEqual(shared);
  for (const name of ["HEAD", "objects", "refs"]) chownSync(join(folder, name), STRANGER, STRANGER);
  const { leases } = findRoots(project, { env: { HOME: folder } });
  expect(leases).toEqual({ path: project, rule: "cwd" });
});

test("a worktree whose git dir is a stranger's is a checkout without a lease root", () => {
  const { main, linked } = pair(temporaryFolder());
  give(join(main, ".git"), STRANGER);
  const { checkout } = findRoots(join(linked, "app"));
  expect(checkout).toEqual({ path: linked, rule: "git" });
  expect(() => findRoots(join(linked, "app")).leases).toThrow(
    expect.objectContaining({ code: "WORKSPACE_UNREACHABLE", path: linked }),
  );
  expect(readCheckout(linked)).toEqual({ top: linked, branch: undefined });
  rmSync(join(linked, ".git"));
  symlinkSync(join(main, ".git"), join(linked, ".git"));
  expect(() => findRoots(linked).leases).toThrow(
    expect.objectContaining({ code: "WORKSPACE_UNREACHABLE", path: linked }),
  );
});

test("a stranger's .git in the main worktree hides no marker from the linked ones", () => {
  const { main, linked } = pair(temporaryFolder());
  mkdirSync(join(main, "app/src/.planning"));
  gitDir(join(main, "app/.git"));
  const inner = { path: join(main, "app/src"), rule: "marker" };
  expect(findRoots(join(main, "app/src")).leases).toEqual(inner);
  expect(findRoots(join(linked, "app/src")).leases.path).toBe(main);
  give(join(main, "app/.git"), STRANGER);
  for (const top of [main, linked]) {
    expect(findRoots(join(top, "app/src")).leases.path).toBe(join(main, "app/src"));
  }
});

test("a process that is not root's takes what is its own, root's, or the start's owner's", () => {
  const { above, project } = projectBelow(STRANGER);
  chmodSync(join(above, ".."), 0o755);
  gitDir(join(above, ".git"));
  const asUser = (): unknown => {
    process.seteuid?.(USER);
    try {
      return found(project);
    } finally {
      process.seteuid?.(0);
    }
  };
  for (const owner of [USER, 0, STRANGER]) {
    give(join(above, ".git"), owner);
    expect([owner, asUser()]).toEqual([owner, below(above)]);
  }
  give(join(above, ".git"), USER + 1);
  expect(asUser()).not.toEqual(below(above));
  writeFileSync(join(project, ".git"), "");
  expect(asUser()).toEqual(below(project));
});
