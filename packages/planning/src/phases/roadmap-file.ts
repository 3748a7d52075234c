import { join, resolve } from "node:path";

import { assertInPlanning } from "../contained.ts";
import { assertBounded, readBounded } from "../read-bounded.ts";
import { PhaseError } from "./phase-error.ts";
import { parseRoadmap, type Roadmap } from "./roadmap.ts";

/** Where the roadmap of that root is. Throws `PlanningError` where a link there leads out of `.planning`. */
export function roadmapPath(root: string): string {
  const planning = join(resolve(root), ".planning");
  const path = join(planning, "ROADMAP.md");
  assertInPlanning(planning, path);
  return path;
}

/** Undefined where there is none. Throws `PlanningError`. */
export function readRoadmap(root: string): Roadmap | undefined {
  const bytes = readBounded(roadmapPath(root));
  return bytes === undefined ? undefined : parseRoadmap(bytes);
}

/** The roadmap in these bytes. Throws `PlanningError`, and `PLANNING_ROADMAP_MISSING` where there are none. */
export function requireRoadmap(
  path: string,
  bytes: Uint8Array | undefined,
  phase: string,
): Roadmap {
  if (bytes === undefined) {
    const reason = `cannot be found: there is no ${path}`;
    throw new PhaseError("PLANNING_ROADMAP_MISSING", phase, reason);
  }
  assertBounded(path, bytes.length);
  return parseRoadmap(bytes);
}
