import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, symlinkSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** A file, and the folders that it lies in. */
export function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** As little as makes a folder a git dir. */
export function gitDir(path: string): void {
  for (const folder of ["objects", "refs"]) mkdirSync(join(path, folder), { recursive: true });
  write(join(path, "HEAD"), "ref: refs/heads/main\n");
}

export interface Pair {
  readonly main: string;
  readonly linked: string;
}

/** A main worktree with `app/src`, and a linked one, made by hand. */
export function pair(folder: string): Pair {
  const main = join(folder, "main");
  const linked = join(folder, "linked");
  gitDir(join(main, ".git"));
  const own = join(main, ".git/worktrees/one");
  write(join(own, "HEAD"), "ref: refs/heads/one\n");
  write(join(own, "commondir"), "../..\n");
  write(join(linked, ".git"), `gitdir: ${own}\n`);
  for (const top of [main, linked]) mkdirSync(join(top, "app/src"), { recursive: true });
  return { main, linked };
}

/** Git, of nobody's configuration, in a folder. */
export function git(folder: string, ...words: string[]): string {
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
  for (const file of ["app/src/code", "src/deep/code", ...files]) write(join(path, file), "");
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

export interface Layout {
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

export function plain(folder: string, files: readonly string[]): Layout {
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

export function submodule(folder: string, files: readonly string[]): Layout {
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

/** As submodules have it: what `core.worktree` names has a `.git` that leads back. */
function configuredWorktree(folder: string, files: readonly string[]): Layout {
  const { checkouts, common, others, main: top = "" } = plain(folder, files);
  const main = join(folder, "tree");
  write(join(main, ".git"), "gitdir: ../main/.git\n");
  git(top, "config", "core.worktree", "../../tree");
  git(main, "reset", "--quiet", "--hard");
  const linked = checkouts.slice(1);
  return {
    checkouts: [main, ...linked],
    common,
    main,
    isListedElsewhere: true,
    others: [...others, top],
  };
}

/** From what `core.worktree` names there is no way to the repository, for git neither. */
function worktreeWithoutWayBack(folder: string, files: readonly string[]): Layout {
  const { checkouts, common, others, main: top = "" } = plain(folder, files);
  mkdirSync(join(folder, "tree/app/.planning"), { recursive: true });
  git(top, "config", "core.worktree", "../../tree");
  return {
    checkouts: checkouts.slice(1),
    common,
    main: undefined,
    isListedElsewhere: true,
    others: [...others, top],
  };
}

/** Where git itself does not work, but in the linked worktrees. */
export function deletedWorktree(folder: string, files: readonly string[]): Layout {
  const layout = worktreeWithoutWayBack(folder, files);
  rmSync(join(folder, "tree"), { recursive: true });
  return layout;
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

/** All of them. */
export const LAYOUTS = [
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
  worktreeWithoutWayBack,
  deletedWorktree,
  linkedGitFolder,
];
