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
 * branches, `branch` is the last known one. A hint that no branch can be is none. Throws `YamlFault`.
 */
export function parseStatus(text: string): SpecStatus {
  const name = yamlField(text, "name");
  const spec = yamlField(text, "spec");
  if (name === undefined || name === null) throw new YamlFault("it has no name");
  if (spec === undefined || spec === null) throw new YamlFault("it has no spec");
  const hint = hintIn(text);
  const isBranch = hint !== null && branchFault(hint) === undefined;
  return { name, spec, last_known_branch: isBranch ? hint : null };
}

/** Why the hint in the text is not taken for a branch; undefined for one that is, and for none. */
export function hintFault(text: string): string | undefined {
  const hint = hintIn(text);
  return hint === null ? undefined : branchFault(hint);
}

function hintIn(text: string): string | null {
  const field = isOfBranchModel(text) ? "branch" : "last_known_branch";
  return yamlField(text, field) || null;
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
