import { branchFault } from "./branch-name.ts";
import { hasYamlField, withYamlField, withYamlKey, yamlField, YamlFault } from "./yaml-map.ts";

/** What Cabinet knows of `status.yaml`; the user may keep more fields there. */
export interface SpecStatus {
  /** That of the spec's folder. */
  readonly name: string;
  /** The spec file, relative to the top of the git checkout, with `/`. */
  readonly spec: string;
  /** A hint for agents: the branch on which somebody worked on it last. */
  readonly last_known_branch: string | null;
}

const MOST_PATH_CHARACTERS = 4096;

/**
 * The status in the text of a `status.yaml`. In one that was written when folders were named after
 * branches, `branch` is the last known one. Throws `YamlFault`.
 */
export function parseStatus(text: string): SpecStatus {
  const name = yamlField(text, "name");
  const spec = yamlField(text, "spec");
  if (name === undefined || name === null) throw new YamlFault("it has no name");
  if (spec === undefined || spec === null) throw new YamlFault("it has no spec");
  const branch = yamlField(text, isOfBranchModel(text) ? "branch" : "last_known_branch") ?? null;
  const fault = branch === null ? undefined : branchFault(branch);
  if (fault !== undefined) {
    throw new YamlFault(`its last_known_branch is no name of a branch: ${fault}`);
  }
  return { name, spec, last_known_branch: branch };
}

/** Whether the text is of the time when folders were named after branches. Throws `YamlFault`. */
export function isOfBranchModel(text: string): boolean {
  return hasYamlField(text, "branch") && !hasYamlField(text, "last_known_branch");
}

/** The text with these fields; everything else stays as it is. Throws `YamlFault`. */
export function withStatus(text: string, status: Partial<SpecStatus>): string {
  const start = isOfBranchModel(text) ? withYamlKey(text, "branch", "last_known_branch") : text;
  return Object.entries(status).reduce(
    (changed, [field, value]) => withYamlField(changed, field, value),
    start,
  );
}

/** Why a text is no path of a file inside a checkout, with `/`; undefined when it is one. */
export function specPathFault(path: string): string | undefined {
  if (path === "" || path.length > MOST_PATH_CHARACTERS) return "it is empty or too long";
  if (/\p{Cc}/u.test(path) || !path.isWellFormed()) return "it is no plain text";
  const isAbsolute = /^(?:[/\\]|[a-z]:)/i.test(path);
  if (isAbsolute || path.split("/").includes("..")) return "it lies outside of the checkout";
  return undefined;
}
