import fs from "node:fs";
import { join } from "node:path";

import { assertContained } from "../contained.ts";
import { PlanningError } from "../errors.ts";
import { readBounded } from "../read-bounded.ts";
import { planOfSummary } from "./plan-files.ts";
import { namesIn, runPath } from "./run-files.ts";
import type { Summary } from "./summary-facts.ts";

/** The summaries of a run, by the names of their files. Throws `PlanningError`. */
export function summariesOf(folder: string): Summary[] {
  const top = runPath(folder, "summaries");
  return namesIn(folder, "summaries").flatMap((name) => {
    const plan = planOfSummary(name);
    const path = join(top, name);
    const stats = fs.lstatSync(path, { throwIfNoEntry: false });
    if (plan === undefined || stats === undefined) return [];
    return [{ plan, written: stats.mtime.toISOString(), text: textOf(folder, path) }];
  });
}

/** One that cannot be read, or lies elsewhere, does not keep the others from being read. */
function textOf(folder: string, path: string): string | undefined {
  try {
    assertContained(folder, path);
    const bytes = readBounded(path);
    return bytes && Buffer.from(bytes).toString("utf8");
  } catch (error) {
    if (error instanceof PlanningError) return undefined;
    throw error;
  }
}
