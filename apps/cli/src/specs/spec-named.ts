import { statSync } from "node:fs";
import { resolve } from "node:path";

import { findSpecOfFile, getActiveSpec, isSetUp, requireSpec } from "@x/planning";
import { readCheckout, type Root } from "@x/registry-core/workspace";

import { textOption } from "../arguments.ts";
import type { CommandOption, Invocation } from "../command.ts";
import { CliError } from "../errors/cli-error.ts";

export const SPEC_OPTION = {
  spec: {
    type: "string",
    value: "<name>",
    completes: "spec",
    summary: "Not the active spec, but this one",
  },
} as const satisfies Record<string, CommandOption>;

/**
 * The name of the spec that an argument means: by its name, else by the path of its file, from here or as
 * `planning list` shows it. What is neither is taken for a name; whether there is such a spec is asked later.
 */
export function specNamed(word: string, { path: root }: Root, cwd: () => string): string {
  if (isSetUp(word, { root })) return word;
  const top = readCheckout(root)?.top ?? root;
  const file = [resolve(cwd(), word), resolve(top, word)].find(isFile);
  return file === undefined ? word : findSpecOfFile(file, { root });
}

/** The spec of --spec, else the active one. Throws `PlanningError`, and `CABINET_NO_ACTIVE_SPEC`. */
export function specOrActive({ options, onWarning }: Invocation, { path: root }: Root): string {
  const given = textOption(options, "spec");
  if (given !== undefined) {
    requireSpec(given, { root });
    return given;
  }
  const active = getActiveSpec({ root }, { onWarning });
  if (active !== null) return active;
  const hint = "Name one with --spec <name>, or make one active with `cabinet planning activate`.";
  throw new CliError("CABINET_NO_ACTIVE_SPEC", "No spec is active in this checkout.", hint);
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    // Not there, or no path at all: then it is a name.
    return false;
  }
}
