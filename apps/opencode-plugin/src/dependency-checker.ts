import { createRequire } from "node:module";

import type { Client } from "./opencode.ts";
import { createWarnings, type Warnings } from "./warnings.ts";

/**
 * What the track record needs and is not installed, found without loading it: LMDB, and its build for this platform.
 * Some ways to install leave optional packages out, and that is what the latter is.
 */
export function missingDependencies(from: string | URL = import.meta.url): string[] {
  const lmdb = resolveFrom(from, "lmdb");
  if (lmdb === undefined) return ["lmdb"];
  const build = `@lmdb/lmdb-${process.platform}-${process.arch}`;
  return resolveFrom(lmdb, build) === undefined ? [build] : [];
}

export function missingSentence(missing: readonly string[]): string {
  return `agents are not tracked, for ${missing.join(" and ")} is not installed beside the plugin; all else works. Install the plugin again, with optional packages`;
}

function resolveFrom(from: string | URL, name: string): string | undefined {
  try {
    return createRequire(from).resolve(name);
  } catch {
    // That is the answer.
    return undefined;
  }
}

/** Looks whether what the plugin needs is installed, and says so to the user where it is not. */
export class DependencyChecker {
  readonly #warnings: Warnings;

  constructor(client?: Client | null) {
    this.#warnings = createWarnings({ client: client ?? undefined, hasToasts: true });
    this.#warnings.beginShowing();
  }

  /** True: all is there. False: agents cannot be tracked, of which the client's log and a toast tell once. */
  async validate(): Promise<boolean> {
    const missing = missingDependencies();
    if (missing.length > 0) this.#warnings.warn(missingSentence(missing));
    return missing.length === 0;
  }
}
