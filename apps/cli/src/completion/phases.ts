import { readPhases } from "@x/planning/phases";

import type { Candidate } from "./offer.ts";

/** The phases of the roadmap, in its order. */
export function phases(root: string): Candidate[] {
  return readPhases(root).map(({ id, title, status }) => {
    return { value: id, description: title === "" ? status : `${title} (${status})` };
  });
}
