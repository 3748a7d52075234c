import { isRecord } from "../is-record.ts";
import { lastEpochIn, type LeaseFile } from "./lease-file.ts";
import type { Changed, PhaseRecord } from "./lease-rules.ts";
import type { Lease } from "./lease.ts";
import { isSamePhase, phaseKey } from "./phase-id.ts";
import { type Clearing, clearingOf, itemOf, leaseOf, phaseIdOf } from "./stored-lease.ts";

/** What the file says of one phase. */
export function phaseIn(file: LeaseFile, phase: string): PhaseRecord {
  const leases = file.leases.flatMap((item) => leaseIn(item, phase) ?? []);
  const cleared = clearedIn(file).flatMap((item) => clearingIn(item, phase) ?? []);
  // A tool that knows no epochs may have dropped them.
  const noted = [...leases, ...cleared.flatMap((clearing) => clearing.leases)];
  const epoch = noted.reduce(
    (most, lease) => Math.max(most, lease.epoch ?? 0),
    lastEpochIn(file, phase),
  );
  return { epoch, leases, cleared };
}

/** The file after a call about that phase: all else, understood or not, stays in its place. */
export function withPhase(
  file: LeaseFile,
  phase: string,
  { record, origins }: Pick<Changed, "record" | "origins">,
): LeaseFile {
  const toItem = (lease: Lease): unknown => itemOf(lease, origins.get(lease));
  const former = clearedIn(file);
  const cleared = replaceItems(
    former,
    (item) => clearingIn(item, phase) !== undefined,
    record.cleared.map(({ leases, ...others }) => ({ ...others, leases: leases.map(toItem) })),
  );
  return {
    ...file,
    leases: replaceItems(
      file.leases,
      (item) => leaseIn(item, phase) !== undefined,
      record.leases.map(toItem),
    ),
    // A name that is computed is always a property's own, also `__proto__`.
    epochs: { ...(isRecord(file.epochs) && file.epochs), [phaseKey(phase)]: record.epoch },
    ...(cleared.length + former.length > 0 && { cleared }),
  };
}

/** The list with the items that are meant replaced, one after the other; those that are left at its end. */
function replaceItems(
  items: readonly unknown[],
  isMeant: (item: unknown) => boolean,
  next: readonly unknown[],
): unknown[] {
  let used = 0;
  const kept = items.flatMap((item) => {
    if (!isMeant(item)) return [item];
    used += 1;
    return next.slice(used - 1, used);
  });
  return [...kept, ...next.slice(used)];
}

function clearedIn({ cleared }: LeaseFile): readonly unknown[] {
  return Array.isArray(cleared) ? cleared : [];
}

function leaseIn(item: unknown, phase: string): Lease | undefined {
  // Asked first: nearly all are of other phases.
  const id = phaseIdOf(item);
  return id !== undefined && isSamePhase(id, phase) ? leaseOf(item) : undefined;
}

function clearingIn(item: unknown, phase: string): Clearing | undefined {
  const clearing = clearingOf(item);
  const isMeant = clearing?.leases.every(({ phase_id }) => isSamePhase(phase_id, phase));
  return isMeant === true ? clearing : undefined;
}

/** What was cleared of all phases, as far as it is understood. */
export function listClearings(file: LeaseFile): Clearing[] {
  return clearedIn(file).flatMap((item) => {
    const [phase] = clearingOf(item)?.leases ?? [];
    return (phase && clearingIn(item, phase.phase_id)) ?? [];
  });
}
