import { readFileSync } from "node:fs";

/** The documents in `flows/`: what an agent does where the cabinet does nothing by itself. */
export const FLOWS = ["enable-spec", "spec-planning"] as const;

export type FlowName = (typeof FLOWS)[number];

/** The text of a flow: Markdown, for an agent to follow. */
export function readFlow(name: FlowName): string {
  // From the name a path is made.
  if (!FLOWS.includes(name)) throw new TypeError(`there is no flow ${JSON.stringify(name)}`);
  return readFileSync(new URL(`../flows/${name}.md`, import.meta.url), "utf8");
}
