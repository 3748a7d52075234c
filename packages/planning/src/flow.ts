import { readFileSync } from "node:fs";

/** The documents in `flows/`: what an agent does where the cabinet does nothing by itself. */
export const FLOWS = ["enable-spec", "spec-planning"] as const;

/** The name of a document in `flows/`. */
export type FlowName = (typeof FLOWS)[number];

/** The text of a flow: Markdown, for an agent to follow. Throws a TypeError for a name that none has. */
export function readFlow(name: FlowName): string {
  // From the name a path is made.
  if (!FLOWS.includes(name)) throw new TypeError(`there is no flow ${JSON.stringify(name)}`);
  return readFileSync(new URL(`../flows/${name}.md`, import.meta.url), "utf8");
}
