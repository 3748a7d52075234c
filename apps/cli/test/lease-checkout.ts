import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import type { Lease } from "@x/registry-core/leases";

import { temporaryFolder } from "../../../test/temporary-folder.ts";

export const REGISTRY = ".planning/.local/registry.json";

/** The leases in the registry of that root, as they are in the file; none where there is no file. */
export function leasesIn(root: string): Lease[] {
  const path = join(root, REGISTRY);
  if (!existsSync(path)) return [];
  const { leases }: { leases: Lease[] } = JSON.parse(readFileSync(path, "utf8"));
  return leases;
}

/** Writes the registry as another tool would. */
export function writeLeases(root: string, registry: unknown): void {
  mkdirSync(dirname(join(root, REGISTRY)), { recursive: true });
  const text = typeof registry === "string" ? registry : JSON.stringify(registry);
  writeFileSync(join(root, REGISTRY), text);
}

/** Git, of nobody's configuration, in a folder. */
export function git(folder: string, ...words: string[]): void {
  const settings = ["user.name=A", "user.email=a@b", "init.defaultBranch=main"];
  const options = settings.flatMap((setting) => ["-c", setting]);
  const env = { PATH: process.env["PATH"], HOME: "/nowhere", GIT_CONFIG_NOSYSTEM: "1" };
  execFileSync("git", [...options, "-C", folder, ...words], { env, stdio: "ignore" });
}

/** A repository of git with a subfolder, and a linked worktree on the branch `feature`. */
export function worktrees(isPlanningCommitted: boolean): { main: string; linked: string } {
  const folder = temporaryFolder();
  const main = join(folder, "main");
  const linked = join(folder, "linked");
  mkdirSync(join(main, "src/deep"), { recursive: true });
  writeFileSync(join(main, "src/deep/code"), "");
  mkdirSync(join(main, ".planning"));
  writeFileSync(join(main, ".planning/ROADMAP.md"), "");
  git(main, "init", "--quiet");
  git(main, "add", isPlanningCommitted ? "." : "src");
  git(main, "commit", "--quiet", "-m", "first");
  git(main, "worktree", "add", "--quiet", "-b", "feature", linked);
  return { main, linked };
}
