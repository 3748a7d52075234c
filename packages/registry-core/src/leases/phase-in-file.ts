import { isRecord } from "../is-record.ts";
import { type Clearing, clearingOf, type LeaseFile, leaseOf, storedForm } from "./lease-file.ts";
import type { PhaseRecord } from "./lease-rules.ts";
import type { Lease } from "./lease.ts";
import { isSamePhase, phaseKey } from "./phase-id.ts";

/** What the file says of one phase. */
export function phaseIn(file: LeaseFile, phase: string): PhaseRecord {
  const leases = file.leases.flatMap((item) => leaseIn(item, phase) ?? []);
  // A tool that knows no epochs may have dropped them; its own leases have none.
  const noted = Math.max(file.epoch_floor ?? 0, file.epochs[phaseKey(phase)] ?? 0);
  const epoch = leases.reduce((most, lease) => Math.max(most, lease.epoch ?? 0), noted);
  const cleared = (file.cleared ?? []).flatMap((item) => clearingIn(item, phase) ?? []);
  return { epoch, leases, cleared };
}

/** The file after what became of that phase: all else, understood or not, stays in its place. */
export function withPhase(file: LeaseFile, phase: string, next: PhaseRecord): LeaseFile {
  const { cleared = [] } = file;
  const nextCleared = replaceItems(
    cleared,
    (item) => clearingIn(item, phase) !== undefined,
    next.cleared.map((clearing) => ({ ...clearing, leases: clearing.leases.map(storedForm) })),
  );
  const isClearedNamed = file.cleared !== undefined || nextCleared.length > 0;
  return {
    ...file,
    leases: replaceItems(
      file.leases,
      (item) => leaseIn(item, phase) !== undefined,
      next.leases.map(storedForm),
    ),
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

function leaseIn(item: unknown, phase: string): Lease | undefined {
  // Asked first: nearly all are of other phases.
  const isMeant = isRecord(item) && isSamePhase(String(item["phase_id"]), phase);
  return isMeant ? leaseOf(item) : undefined;
}

function clearingIn(item: unknown, phase: string): Clearing | undefined {
  const clearing = clearingOf(item);
  const isMeant = clearing?.leases.some(({ phase_id }) => isSamePhase(phase_id, phase));
  return isMeant === true ? clearing : undefined;
}
