import { type LockOptions, withFileLockSync } from "@x/atomic-fs";

import { assertEpoch, parsePhase, type PhaseId, refuse } from "./lease-input.ts";
import { peekLeaseFile, registryPath } from "./lease-registry.ts";
import { requireOpen } from "./lease-rules.ts";
import { phaseIn } from "./phase-in-file.ts";

/**
 * Runs `section`, one piece of synchronous code that writes files, while the lease of that epoch is
 * open, and gives its result. Fenced: who holds the lease cannot lose it before the section is over,
 * for nobody can change a lease of this root meanwhile, the section neither (it would be a `LockedError`);
 * so keep it short.
 *
 * Throws what `closeLease` throws, before the section has begun, and `REGISTRY_CORRUPT`; and what the
 * section throws.
 */
export function runFenced<R>(
  root: string,
  id: PhaseId,
  { epoch, timeoutMilliseconds }: LockOptions & { readonly epoch: number },
  section: () => R,
): R {
  const phase = parsePhase(id);
  assertEpoch(phase, epoch);
  if (epoch === undefined) refuse(phase, "is written under by who says its epoch");
  const assertOwn = (): void => {
    requireOpen(phase, phaseIn(peekLeaseFile(root), phase), { epoch });
  };
  // Where there is no registry there is no folder, which the lock needs.
  assertOwn();
  return withFileLockSync(
    registryPath(root),
    ({ assertHeld }) => {
      assertOwn();
      assertHeld();
      return section();
    },
    { timeoutMilliseconds },
  );
}
