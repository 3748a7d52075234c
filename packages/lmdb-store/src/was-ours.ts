import type { ForeignDatabaseError } from "./errors.ts";
import { isReplaced, wasNoted } from "./known-state.ts";

/**
 * Whether what looks like a file of another program is one of this package that is damaged: there has been one of that
 * name. A healthy file that was put in its place is none, nor is one of which more than one thing says so: no
 * single damage makes that of ours.
 */
export function wasOurs(path: string, { holds }: ForeignDatabaseError): boolean {
  if (!wasNoted(path)) return false;
  return holds === undefined || (holds.count < 2 && !isReplaced(path));
}
