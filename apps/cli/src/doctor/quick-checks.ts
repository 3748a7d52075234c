import { activeSpec } from "./checks/active-spec.ts";
import { databasePlace } from "./checks/database-place.ts";
import { epochFloor } from "./checks/epoch-floor.ts";
import { gitIgnore } from "./checks/git-ignore.ts";
import { journals } from "./checks/journals.ts";
import { leases } from "./checks/leases.ts";
import { locks } from "./checks/locks.ts";
import { modes } from "./checks/modes.ts";
import { plans } from "./checks/plans.ts";
import { registries } from "./checks/registries.ts";
import { runExecutors } from "./checks/run-executors.ts";
import { setAsideFiles } from "./checks/set-aside-files.ts";
import { temporaryFiles } from "./checks/temporary-files.ts";
import { worktree } from "./checks/worktree.ts";
import type { Check } from "./finding.ts";

/** Those that look at files alone: no database, no YAML, no lock. What can be recovered is mended first. */
export const QUICK_CHECKS: readonly Check[] = [
  worktree,
  temporaryFiles,
  locks,
  registries,
  leases,
  epochFloor,
  plans,
  activeSpec,
  runExecutors,
  setAsideFiles,
  gitIgnore,
  databasePlace,
  journals,
  modes,
];
