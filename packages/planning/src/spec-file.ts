import { PlanningError } from "./errors.ts";
import { frontMatterOf } from "./front-matter.ts";
import { readBounded } from "./read-bounded.ts";
import { assertSpecName } from "./spec-name.ts";
import { yamlField, YamlFault } from "./yaml-map.ts";

const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * The name of a spec: `name` in the YAML front matter of its file. Throws `PlanningError`
 * (`PLANNING_SPEC_INVALID`, `PLANNING_UNREADABLE`, `PLANNING_TOO_LARGE`), and `SpecNameError` for a name
 * that is not one safe path segment.
 */
export function readSpecName(path: string): string {
  const bytes = readBounded(path);
  if (bytes === undefined) throw invalid(path, "there is no such file");
  const name = nameIn(path, bytes);
  assertSpecName(name);
  return name;
}

function nameIn(path: string, bytes: Uint8Array): string {
  const matter = frontMatterOf(decode(path, bytes));
  if (matter === undefined)
    throw invalid(path, "it does not begin with YAML between two lines ---");
  const name = nameField(path, matter);
  if (name === undefined || name === null) throw invalid(path, "its front matter has no name");
  return name;
}

function decode(path: string, bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (error) {
    throw invalid(path, "it is not UTF-8", error);
  }
}

function nameField(path: string, matter: string): string | null | undefined {
  try {
    return yamlField(matter, "name");
  } catch (error) {
    if (!(error instanceof YamlFault)) throw error;
    throw invalid(path, `its front matter: ${error.message}`, error);
  }
}

function invalid(path: string, reason: string, cause?: unknown): PlanningError {
  return new PlanningError("PLANNING_SPEC_INVALID", path, reason, cause);
}
