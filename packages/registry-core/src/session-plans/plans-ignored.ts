import type { IgnoreLines } from "../ignore-lines.ts";

/**
 * What in `.ai/` a machine has written, for a `.gitignore` there: the registry, with its lock, its temporary
 * files and those that were set aside, and the trash. The plans themselves are not among it: they may be committed.
 */
export const PLANS_IGNORED: IgnoreLines = {
  title: "# Written by machines, not the plans themselves (Cabinet)",
  // The last one is for the moment in which such a file is itself written.
  lines: ["/.session-plans.json*", "/.trash/", "/.gitignore.*"],
};
