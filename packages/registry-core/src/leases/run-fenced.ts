import { withFileLockSync } from "@x/atomic-fs";

import { type FencedOptions } from "./change-lease.ts";
import { assertEpoch, parsePhase, type PhaseId } from "./lease-input.ts";
import { readLeaseFile, registryPath } from "./lease-registry.ts";
import { assertHeldLease } from "./lease-rules.ts";
import { phaseIn } from "./phase-in-file.ts";

/**
 * Runs `section`, one piece of synchronous code that writes files, while the lease of that epoch is
 * open, and gives its result. Fenced: who holds the lease cannot lose it before the section is over,
 * for nobody can change a lease of this root meanwhile; so keep it short.
 *
 * Throws what `closeLease` throws, before the section has begun, and what the section throws.
 */
export function runFenced<R>(
  root: string,
  id: PhaseId,
  { epoch, timeoutMilliseconds, ...options }: FencedOptions & { readonly epoch: number },
  section: () => R,
): R {
  const phase = parsePhase(id);
  assertEpoch(phase, epoch);
  // Creates nothing where there is no registry, whose folder the lock needs.
  assertHeldLease(phase, phaseIn(readLeaseFile(root, options), phase), { epoch });
  return withFileLockSync(
    registryPath(root),
    ({ assertHeld }) => {
      assertHeldLease(phase, phaseIn(readLeaseFile(root, options), phase), { epoch });
      assertHeld();
      return section();
    },
    { timeoutMilliseconds },
  );
}
