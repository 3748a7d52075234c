import {
  type Clearing,
  isSamePhase,
  type LeaseOptions,
  listCleared,
  restoreLeases,
} from "@x/registry-core/leases";

/** Leases that were cleared and can be brought back. */
export interface RestorableLeases {
  /** What `cabinet restore` takes: `lease:<phase>`, or the phase alone. */
  readonly what: string;
  readonly cleared_at: string;
  /** How many. */
  readonly leases: number;
}

const KIND = "lease:";

/** All of a root, the latest at the end: of one phase they come back in the opposite order. */
export function listRestorableLeases(root: string, options: LeaseOptions): RestorableLeases[] {
  return listCleared(root, options).map(rowOf);
}

/** Brings back what was cleared last of that phase; undefined when there is nothing of that name. */
export function restoreLeasesNamed(
  root: string,
  what: string,
  options: LeaseOptions,
): RestorableLeases | undefined {
  // A bare phase is meant too, and may itself begin so.
  const phases = what.startsWith(KIND) ? [what.slice(KIND.length), what] : [what];
  for (const phase of phases) {
    const clearing = lastClearingOf(root, phase, options);
    if (clearing === undefined) continue;
    restoreLeases(root, phase, options);
    return rowOf(clearing);
  }
  return undefined;
}

/** What was cleared last of a phase, and is what comes back first. */
export function lastClearingOf(
  root: string,
  phase: string,
  options: LeaseOptions,
): Clearing | undefined {
  return listCleared(root, options).findLast(({ leases }) =>
    leases.some(({ phase_id }) => isSamePhase(phase_id, phase)),
  );
}

function rowOf({ cleared_at, leases }: Clearing): RestorableLeases {
  return { what: `${KIND}${leases.at(-1)?.phase_id ?? ""}`, cleared_at, leases: leases.length };
}
