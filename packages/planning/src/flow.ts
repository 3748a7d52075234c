import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { errnoOf } from "./errno.ts";
import { PlanningError, unreadable } from "./errors.ts";
import { ownPath } from "./own-path.ts";

/** The documents in `flows/`: what an agent does where the cabinet does nothing by itself. */
export const FLOWS = ["enable-spec", "spec-planning"] as const;

/** The name of a document in `flows/`. */
export type FlowName = (typeof FLOWS)[number];

/**
 * The text of a flow: Markdown, for an agent to follow. Throws a TypeError for a name that none has, and
 * `PlanningError` (`PLANNING_UNREADABLE`), also in a bundle that has not brought the flows.
 */
export function readFlow(name: FlowName): string {
  // From the name a path is made.
  if (!FLOWS.includes(name)) throw new TypeError(`there is no flow ${JSON.stringify(name)}`);
  const path = join(dirname(ownPath()), "..", "flows", `${name}.md`);
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw unreadable(path, error);
    const reason = "there is no such file: a bundle has to bring the folder flows/ of @x/planning";
    throw new PlanningError("PLANNING_UNREADABLE", path, reason, error);
  }
}
