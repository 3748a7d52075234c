import { realPathOf } from "@x/registry-core/workspace";

import { usageError } from "../arguments.ts";
import type { Invocation } from "../command.ts";
import { parseList } from "../options/parse-list.ts";

/** A run whose executor a `run-state run` is for the commands below it. */
export interface RunAround {
  readonly folder: string;
  readonly token: string;
  /** Null for a run that is no spec's. */
  readonly spec: string | null;
}

type Environment = Invocation["env"];

/** What `run-state run` tells its command: the innermost run, which is the last, and all of them. */
export function runEnvironment(runs: readonly RunAround[]): Record<string, string> {
  return {
    CABINET_RUN_STATE: runs.at(-1)?.folder ?? "",
    CABINET_RUNS: JSON.stringify(runs),
  };
}

/** The runs that this process works for, outer ones first. Throws `CABINET_USAGE`. */
export function runsAround({ CABINET_RUNS: text }: Environment): readonly RunAround[] {
  if (!text) return [];
  const runs = parseList(text, isRunAround);
  if (runs !== undefined) return runs;
  throw usageError("CABINET_RUNS is no list of runs, each with folder, token and spec.");
}

/** The one in that folder; undefined where this process does not work for it. Throws `CABINET_USAGE`. */
export function runAround(env: Environment, folder: string): RunAround | undefined {
  return runsAround(env).findLast((run) => isSameFolder(run.folder, folder));
}

function isSameFolder(one: string, other: string): boolean {
  const real = realPathOf(one);
  return one === other || (real !== undefined && real === realPathOf(other));
}

function isRunAround(item: unknown): item is RunAround {
  if (typeof item !== "object" || item === null) return false;
  const { folder, token, spec }: { folder?: unknown; token?: unknown; spec?: unknown } = item;
  const isSpec = spec === null || typeof spec === "string";
  return isSpec && [folder, token].every((text) => typeof text === "string" && text !== "");
}
