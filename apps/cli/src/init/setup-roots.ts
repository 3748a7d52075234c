import { resolve } from "node:path";

import type { Root } from "@x/registry-core/workspace";

import type { Invocation } from "../command.ts";

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
  note(`specs are set up in ${checkout.path} (by ${checkout.rule})`);
  note(`plans are set up in ${plans.path} (by ${plans.rule})`);
  return { checkout, plans };
}

async function rootsOf({ roots }: Invocation): Promise<SetupRoots> {
  try {
    return await roots();
  } catch (error) {
    const isUnmarked = isCoded(error) && error.code === "WORKSPACE_UNMARKED";
    if (!isUnmarked) throw error;
    const root: Root = { path: resolve(error.path), rule: "flag" };
    return { checkout: root, plans: root };
  }
}

function isCoded(error: unknown): error is Error & { code: unknown; path: string } {
  return error instanceof Error && "code" in error && "path" in error;
}
