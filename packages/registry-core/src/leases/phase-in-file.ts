import { type Clearing, isClearing, isLease, type LeaseFile } from "./lease-file.ts";
import type { PhaseRecord } from "./lease-rules.ts";
import type { Lease } from "./lease.ts";
import { isSamePhase, phaseKey } from "./phase-id.ts";

/** What the file says of one phase. */
export function phaseIn(file: LeaseFile, phase: string): PhaseRecord {
  const leases = file.leases.filter(isLease).filter((lease) => isOf(lease, phase));
  // A tool that knows no epochs may have dropped them; its own leases have none.
  const given = leases.map(({ epoch = 0 }) => epoch);
  const epoch = Math.max(file.epoch_floor ?? 0, file.epochs[phaseKey(phase)] ?? 0, ...given);
  const cleared = (file.cleared ?? []).filter(isClearing).filter((item) => isCleared(item, phase));
  return { epoch, leases, cleared };
}

/** The file after what became of that phase: all else, understood or not, stays in its place. */
export function withPhase(file: LeaseFile, phase: string, next: PhaseRecord): LeaseFile {
  const isLeaseOf = (item: unknown): boolean => isLease(item) && isOf(item, phase);
  const isClearingOf = (item: unknown): boolean => isClearing(item) && isCleared(item, phase);
  const { cleared = [] } = file;
  const nextCleared = replaceItems(cleared, isClearingOf, next.cleared);
  const isClearedNamed = file.cleared !== undefined || nextCleared.length > 0;
  return {
    ...file,
    leases: replaceItems(file.leases, isLeaseOf, next.leases),
    epochs: { ...file.epochs, [phaseKey(phase)]: next.epoch },
    ...(isClearedNamed && { cleared: nextCleared }),
  };
}

/** The list with the items that are meant replaced, one after the other; those that are left at its end. */
function replaceItems(
  items: readonly unknown[],
  isMeant: (item: unknown) => boolean,
  next: readonly unknown[],
): unknown[] {
  const left = [...next];
  const kept = items.flatMap((item) => {
    if (!isMeant(item)) return [item];
    return left.length > 0 ? [left.shift()] : [];
  });
  return [...kept, ...left];
}

function isOf({ phase_id }: Lease, phase: string): boolean {
  return isSamePhase(phase_id, phase);
}

function isCleared({ leases }: Clearing, phase: string): boolean {
  return leases.some((lease) => isOf(lease, phase));
}
