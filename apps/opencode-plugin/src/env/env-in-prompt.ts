// As in the client (seen in 1.18.33).
const REFERENCE = /(?<![\w`])@(\.?[^\s`,.]*(?:\.[^\s`,.]+)*)/g;
// More is no prompt of an agent.
const MOST_REFERENCES = 1_000;

/**
 * The paths in the prompt of a `task` that the client replaces with what is in the files before the subagent gets it:
 * what stands behind an `@`, up to a blank, a `,`, a backtick or a `.` at the end. It takes them from the
 * top of the checkout, or from the home folder where they begin with `~/`.
 */
export function referencesIn(prompt: string): ReadonlySet<string> {
  const references = new Set<string>();
  for (const [, path = ""] of prompt.matchAll(REFERENCE)) {
    if (path !== "") references.add(path);
    if (references.size === MOST_REFERENCES) break;
  }
  return references;
}
