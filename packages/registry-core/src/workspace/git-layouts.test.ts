// Every way to lay out a repository and its worktrees that git knows, made by git itself, and what
// git says about it, compared with what is read from its files.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { findRoots } from "./find-roots.ts";
import { readCheckout } from "./read-checkout.ts";

/** Git, of nobody's configuration, in a folder. */
function git(folder: string, ...words: string[]): string {
  const settings = ["user.name=A", "user.email=a@b", "protocol.file.allow=always"];
  const options = [...settings, "init.defaultBranch=main"].flatMap((setting) => ["-c", setting]);
  const env = {
    PATH: process.env["PATH"],
    HOME: "/nowhere",
    LC_ALL: "C",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
  };
  const output = execFileSync("git", [...options, "-C", folder, ...words], {
    encoding: "utf8",
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  return output.replace(/\n$/, "");
}

/** A repository with a commit, of which the layouts are clones. */
function seed(folder: string, files: readonly string[]): string {
  const path = join(folder, "seed");
  for (const file of ["app/src/code", "src/deep/code", ...files]) {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), "");
  }
  git(folder, "init", "--quiet", path);
  git(path, "add", ".");
  git(path, "commit", "--quiet", "-m", "first");
  return path;
}

/** Three linked worktrees: outside, inside the main one or beside it, and detached. */
function link(from: string, folder: string, within = folder): string[] {
  const paths = [join(folder, "one"), join(within, ".trees/zwei é 工作"), join(folder, "three")];
  git(from, "worktree", "add", "--quiet", "-b", "feature/one/first", paths[0] ?? "");
  git(from, "worktree", "add", "--quiet", "-b", "zwei", paths[1] ?? "");
  git(from, "worktree", "add", "--quiet", "--detach", paths[2] ?? "");
  return paths;
}

interface Layout {
  /** The tops of all checkouts: the main one, where there is one, and the linked ones. */
  readonly checkouts: readonly string[];
  readonly common: string;
  /** The top of the main worktree, where there is one that its common dir leads to. */
  readonly main: string | undefined;
  /** `git worktree list` takes another folder for the main worktree: it looks only at the name. */
  readonly isListedElsewhere?: true;
  /** Folders of the repository that are in no checkout. */
  readonly others: readonly string[];
}

function plain(folder: string, files: readonly string[]): Layout {
  const main = join(folder, "main");
  git(folder, "clone", "--quiet", seed(folder, files), main);
  const linked = link(main, folder, main);
  const common = join(main, ".git");
  const others = ["", "hooks", "worktrees/one"].map((path) => join(common, path));
  return { checkouts: [main, ...linked], common, main, others };
}

/** As `worktree.useRelativePaths` makes them (git 2.48). */
function relativePaths(folder: string, files: readonly string[]): Layout {
  const layout = plain(folder, files);
  for (const top of layout.checkouts.slice(1)) {
    const entry = join(top, ".git");
    const way = relative(top, readFileSync(entry, "utf8").slice("gitdir: ".length, -1));
    writeFileSync(entry, `gitdir: ${way}\n`);
  }
  return layout;
}

function bare(folder: string, files: readonly string[]): Layout {
  const common = join(folder, "repository.git");
  git(folder, "clone", "--quiet", "--bare", seed(folder, files), common);
  return {
    checkouts: link(common, folder),
    common,
    main: undefined,
    others: [common, join(common, "hooks"), join(common, "worktrees/three")],
  };
}

function bareBehindFile(folder: string, files: readonly string[]): Layout {
  const project = join(folder, "project");
  const common = join(project, ".bare");
  git(folder, "clone", "--quiet", "--bare", seed(folder, files), common);
  writeFileSync(join(project, ".git"), "gitdir: ./.bare\n");
  mkdirSync(join(project, "notes"));
  const others = [project, join(project, "notes"), common, join(common, "refs")];
  return { checkouts: link(project, project), common, main: undefined, others };
}

function bareInGitFolder(folder: string, files: readonly string[]): Layout {
  const project = join(folder, "project");
  const common = join(project, ".git");
  git(folder, "clone", "--quiet", "--bare", seed(folder, files), common);
  const others = [project, common, join(common, "worktrees")];
  const checkouts = link(project, project);
  return { checkouts, common, main: undefined, isListedElsewhere: true, others };
}

function bareByWorktreeConfig(folder: string, files: readonly string[]): Layout {
  const layout = bareInGitFolder(folder, files);
  git(layout.common, "config", "extensions.worktreeConfig", "true");
  git(layout.common, "config", "--unset", "core.bare");
  git(layout.common, "config", "--file", join(layout.common, "config.worktree"), "core.bare", "1");
  return layout;
}

/** Bare by a file that does not count, for want of `extensions.worktreeConfig`. */
function ignoredWorktreeConfig(folder: string, files: readonly string[]): Layout {
  const layout = plain(folder, files);
  writeFileSync(join(layout.common, "config.worktree"), "[core]\n\tbare = true\n");
  return layout;
}

function submodule(folder: string, files: readonly string[]): Layout {
  const outer = join(folder, "outer");
  git(folder, "init", "--quiet", outer);
  git(outer, "submodule", "--quiet", "add", seed(folder, files), "libraries/inner");
  const main = join(outer, "libraries/inner");
  const common = join(outer, ".git/modules/libraries/inner");
  mkdirSync(join(outer, ".planning"));
  const checkouts = [main, ...link(main, folder)];
  const others = [common, join(common, "hooks")];
  return { checkouts, common, main, isListedElsewhere: true, others };
}

function separateGitDir(folder: string, files: readonly string[]): Layout {
  const common = join(folder, "elsewhere/repository.git");
  const top = join(folder, "top");
  mkdirSync(dirname(common));
  git(folder, "clone", "--quiet", "--separate-git-dir", common, seed(folder, files), top);
  const checkouts = [top, ...link(top, folder)];
  return { checkouts, common, main: undefined, others: [common, join(common, "objects")] };
}

/** From its main worktree there is no way to the repository, for git neither. */
function configuredWorktree(folder: string, files: readonly string[]): Layout {
  const { checkouts, common, main: top = "" } = plain(folder, files);
  mkdirSync(join(folder, "tree/app"), { recursive: true });
  git(top, "config", "core.worktree", "../../tree");
  const main = git(top, "rev-parse", "--show-toplevel");
  const others = [common, join(common, "hooks"), top];
  return { checkouts: checkouts.slice(1), common, main, isListedElsewhere: true, others };
}

function deletedWorktree(folder: string, files: readonly string[]): Layout {
  const { checkouts, common, main = "" } = configuredWorktree(folder, files);
  rmSync(main, { recursive: true });
  return { checkouts, common, main: undefined, isListedElsewhere: true, others: [common] };
}

/** `.git` is a link to a folder, which knows nothing of it. */
function linkedGitFolder(folder: string, files: readonly string[]): Layout {
  const main = join(folder, "main");
  const common = join(folder, "store/repository.git");
  git(folder, "clone", "--quiet", seed(folder, files), main);
  mkdirSync(dirname(common));
  renameSync(join(main, ".git"), common);
  symlinkSync(common, join(main, ".git"));
  return { checkouts: [main, ...link(main, folder)], common, main: undefined, others: [common] };
}

const LAYOUTS = [
  plain,
  relativePaths,
  bare,
  bareBehindFile,
  bareInGitFolder,
  bareByWorktreeConfig,
  ignoredWorktreeConfig,
  submodule,
  separateGitDir,
  configuredWorktree,
  deletedWorktree,
  linkedGitFolder,
];

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
  "all checkouts have one lease root, by any marker or none: $name",
  ({ layout }) => {
    const made = layout(temporaryFolder(), []);
    assertAgreement(made, "");
    mkdirSync(join(made.checkouts.at(-1) ?? "", "app/.planning"));
    assertAgreement(made, "");
    if (made.main === undefined) return;
    mkdirSync(join(made.main, "app/.planning"));
    assertAgreement(made, "app");
    mkdirSync(join(made.main, ".planning"));
    assertAgreement(made, "app");
  },
);

test.each(CASES)(
  "a marker that every checkout has makes no root of its own: $name",
  ({ layout }) => {
    const roadmaps = [".planning/ROADMAP.md", "app/.planning/ROADMAP.md"];
    const made = layout(temporaryFolder(), roadmaps);
    // This one git does not check out.
    if (layout === configuredWorktree) mkdirSync(join(made.main ?? "", "app/.planning"));
    assertAgreement(made, "app");
  },
);

test.each(CASES)("only a folder is a marker: $name", ({ layout }) => {
  assertAgreement(layout(temporaryFolder(), [".planning/ROADMAP.md", "app/.planning"]), "");
});

test.each(CASES)(
  "git says the same of checkouts, branches and common dirs: $name",
  ({ layout }) => {
    const made = layout(temporaryFolder(), []);
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
    const asked = layout === deletedWorktree ? [] : others;
    const answers = asked.map((other) => git(other, "rev-parse", "--is-inside-work-tree"));
    expect(answers).toEqual(asked.map(() => "false"));
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

test("worktrees of a repository that was moved away are on their own until git repairs them", () => {
  const folder = temporaryFolder();
  const { checkouts, main = "" } = plain(folder, []);
  const [, linked = "", inside = ""] = checkouts;
  const moved = join(folder, "moved");
  renameSync(main, moved);
  expect(findRoots(join(linked, "app")).leases).toEqual({ path: linked, rule: "git" });
  expect(readCheckout(linked)).toEqual({ top: linked, branch: undefined });
  const insideMoved = join(moved, relative(main, inside));
  git(moved, "worktree", "repair", linked, insideMoved);
  for (const top of [moved, linked, insideMoved]) {
    expect(findRoots(join(top, "app")).leases.path).toBe(moved);
  }
  expect(readCheckout(linked)?.branch).toBe("feature/one/first");
});
