import { type LockOptions, withFileLockSync } from "@x/atomic-fs";

import { isThenable } from "../pure-step.ts";
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
 * Throws what `closeLease` throws, before the section has begun, and `REGISTRY_CORRUPT`; what the section
 * throws, and a TypeError for one that gives a promise: what it awaits would not be fenced.
 */
export function runFenced<R>(
  root: string,
  id: PhaseId,
  { epoch, timeoutMilliseconds }: LockOptions & { readonly epoch: number },
  section: () => R extends PromiseLike<unknown> ? never : R,
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
      return refusePromise(section());
    },
    { timeoutMilliseconds },
  );
}

function refusePromise<R>(given: R): R {
  if (!isThenable(given)) return given;
  // What becomes of it is nobody's any more.
  Promise.resolve(given).catch(() => {});
  throw new TypeError(
    "the section gave a promise, and what it awaits is not fenced: await all else before, then write " +
      "in runFenced by synchronous calls (writeFileAtomicSync)",
  );
}
