import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";

// Neither the user's configuration nor that of the machine changes what git does here.
const gitEnvironment = {
  PATH: process.env["PATH"],
  HOME: import.meta.dirname,
  XDG_CONFIG_HOME: import.meta.dirname,
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "A",
  GIT_AUTHOR_EMAIL: "a@example.invalid",
  GIT_COMMITTER_NAME: "A",
  GIT_COMMITTER_EMAIL: "a@example.invalid",
  GIT_EDITOR: "true",
  LC_ALL: "C",
};

/** An empty repository on the branch `main`, in a fresh folder. */
export function gitRepository(): string {
  const folder = join(temporaryFolder(), "repository");
  mkdirSync(folder);
  git(folder, "init", "--quiet", "--initial-branch=main");
  return folder;
}

export function git(cwd: string, ...args: readonly string[]): string {
  const options = { cwd, env: gitEnvironment, encoding: "utf8", timeout: 60_000 } as const;
  return execFileSync("git", args, { ...options, stdio: "pipe" }).trim();
}

/** How a command of the shell ends there. */
export function runShell(cwd: string, command: string): number | null {
  const options = { cwd, env: gitEnvironment, timeout: 60_000, stdio: "ignore" } as const;
  return spawnSync("bash", ["--norc", "-c", command], options).status;
}
