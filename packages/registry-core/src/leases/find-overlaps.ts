import { globsOverlap } from "./glob-overlap.ts";
import { globFault } from "./glob.ts";
import type { Lease } from "./lease.ts";

/** A glob of an open lease, and one that has files in common with it. */
export interface Overlap {
  readonly lease: Lease;
  /** Of the lease's write set. */
  readonly write: string;
  /** As it was given. */
  readonly other: string;
}

/**
 * Which open leases are going to write what the globs or paths cover, relative to the repository's top:
 * every pair that overlaps. Advice, nothing more: no lease refuses another one for it. What another tool
 * has written into a write set and is no glob may be anything: it overlaps. Throws `GlobError`.
 */
export function findOverlaps(leases: readonly Lease[], globs: readonly string[]): Overlap[] {
  return leases
    .filter(({ lease_state }) => lease_state === "open")
    .flatMap((lease) =>
      lease.write_set.flatMap((write) =>
        globs
          .filter((other) => globFault(write) !== undefined || globsOverlap(write, other))
          .map((other) => ({ lease, write, other })),
      ),
    );
}
