import { databasePages } from "./checks/database-pages.ts";
import { network } from "./checks/network.ts";
import { runFiles } from "./checks/run-files.ts";
import { specs } from "./checks/specs.ts";
import type { Check } from "./finding.ts";
import { QUICK_CHECKS } from "./quick-checks.ts";

/** What `cabinet doctor` looks at, in this order. */
export const ALL_CHECKS: readonly Check[] = [
  ...QUICK_CHECKS,
  specs,
  runFiles,
  network,
  databasePages,
];
