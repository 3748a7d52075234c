import type { Automaton } from "./glob-automaton.ts";
import { commonPath } from "./glob-common-path.ts";
import { compileGlob, GlobError, type IsFile } from "./glob.ts";
import { latestLeases } from "./latest-leases.ts";
import type { Lease } from "./lease.ts";
import { areApart } from "./plain-start.ts";

/** A glob of an open lease, and one that has files in common with it. */
export interface Overlap {
  readonly lease: Lease;
  /** Of the lease's write set. */
  readonly write: string;
  /** As it was given. */
  readonly other: string;
}

/** What is known of the paths that are compared. */
export interface OverlapOptions {
  /**
   * Whether a path below the repository's top is a file. Default: none is known to be; then any plain path
   * may be a folder, and has something in common with all globs that begin with `**`.
   */
  readonly isFile?: IsFile | undefined;
}

/**
 * Which open leases are going to write what the globs or paths cover, relative to the repository's top:
 * every pair that overlaps. Advice, nothing more: no lease refuses another one for it. What a tool has
 * written into a write set and is no glob may be anything: it overlaps. Throws `GlobError` for `globs`.
 */
export function findOverlaps(
  leases: readonly Lease[],
  globs: readonly string[],
  { isFile }: OverlapOptions = {},
): Overlap[] {
  const others = globs.map((glob) => ({ glob, automaton: compileGlob(glob, isFile).automaton }));
  return latestLeases(leases)
    .filter(({ lease_state }) => lease_state === "open")
    .flatMap((lease) =>
      lease.write_set.flatMap((write) => {
        // Nearly all are about other folders. The rest takes a comparison.
        const near = others.filter(({ glob }) => !areApart(write, glob));
        if (near.length === 0) return [];
        const own = automatonOfWrite(write, isFile);
        return near
          .filter(({ automaton }) => own === undefined || hasCommonPath(own, automaton))
          .map(({ glob }) => ({ lease, write, other: glob }));
      }),
    );
}

function automatonOfWrite(write: string, isFile: IsFile | undefined): Automaton | undefined {
  try {
    return compileGlob(write, isFile).automaton;
  } catch (error) {
    if (error instanceof GlobError) return undefined;
    throw error;
  }
}

function hasCommonPath(one: Automaton, other: Automaton): boolean {
  return commonPath(one, other) !== undefined;
}
