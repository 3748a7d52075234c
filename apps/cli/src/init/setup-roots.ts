import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

import type { Root } from "@x/registry-core/workspace";

import type { Invocation } from "../command.ts";
import { CliError } from "../errors/cli-error.ts";
import { codeOf, pathOf } from "../errors/error-code.ts";

/** Where specs and plans are looked for by the other commands, or will be. */
interface SetupRoots {
  readonly checkout: Root;
  readonly plans: Root;
}

/**
 * The folders that are set up: those that the other commands find, for one that they do not find would be of no
 * use, and could hide one that they do. `--workspace-root` may name a folder without a marker: init makes it.
 */
export async function findSetupRoots(invocation: Invocation): Promise<SetupRoots> {
  const { note } = invocation;
  const { checkout, plans } = await rootsOf(invocation);
  if (isGitDir(checkout.path)) throw inGitDir(checkout.path);
  note(`specs are set up in ${checkout.path} (by ${checkout.rule})`);
  note(`plans are set up in ${plans.path} (by ${plans.rule})`);
  return { checkout, plans };
}

/** What git itself looks for in a folder where it keeps a repository (setup.c, is_git_directory). */
function isGitDir(path: string): boolean {
  return ["HEAD", "objects", "refs"].every((name) => existsSync(join(path, name)));
}

function inGitDir(path: string): CliError {
  const message = `${path} is where git keeps a repository, and no checkout: nothing was set up.`;
  const hint = "Run it in a checkout of that repository; `git worktree add <path>` makes one.";
  return new CliError("CABINET_NO_CHECKOUT", message, hint);
}

async function rootsOf({ roots }: Invocation): Promise<SetupRoots> {
  try {
    return await roots();
  } catch (error) {
    const path = codeOf(error) === "WORKSPACE_UNMARKED" ? pathOf(error) : undefined;
    if (path === undefined) throw error;
    const root: Root = { path: resolve(path), rule: "flag" };
    return { checkout: root, plans: root };
  }
}
