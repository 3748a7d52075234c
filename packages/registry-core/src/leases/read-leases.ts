import fs from "node:fs";

import { holderState } from "./holder-state.ts";
import { parsePhase, type PhaseId } from "./lease-input.ts";
import {
  danglingFolder,
  type LeaseOptions,
  peekLeaseFile,
  readLeaseFile,
  registryPath,
  settle,
} from "./lease-registry.ts";
import type { HolderState, Lease } from "./lease.ts";
import { momentNow } from "./moment.ts";
import { listClearings, phaseIn } from "./phase-in-file.ts";
import { type Clearing, leaseOf } from "./stored-lease.ts";

/** Whether there is a registry of leases; true also where only its reader can tell what is wrong with it. */
export function registryExists(root: string): boolean {
  try {
    const stats = fs.lstatSync(registryPath(root), { throwIfNoEntry: false });
    return stats !== undefined || danglingFolder(root) !== undefined;
  } catch {
    // Something is in the way, and that is not as if there were no leases.
    return true;
  }
}

/** Where the original wrote before it renamed, for those who look for it. Ours is never there. */
export function registryTmpPath(root: string): string {
  return `${registryPath(root)}.${process.pid}.tmp`;
}

/**
 * Creates the registry where there is none, and says where it is. Atomic, durable; a damaged one is set
 * aside, with a warning. Throws what a change of a lease throws of its file: see `grantLease`.
 */
export function openRegistry(root: string, options: LeaseOptions = {}): { readonly path: string } {
  settle(root, options);
  return { path: registryPath(root) };
}

/**
 * All leases in the order in which their phases were granted, frozen. None, and no file is created,
 * where there is no registry. A damaged one is set aside, with a warning. Takes no lock otherwise.
 *
 * Throws `RegistryError`: `REGISTRY_UNREADABLE`, `REGISTRY_NEWER`.
 */
export function listLeases(root: string, options: LeaseOptions = {}): Lease[] {
  return readLeaseFile(root, options).leases.flatMap((item) => leaseOf(item) ?? []);
}

/** As `listLeases`, but leaves a damaged registry where it is: that is `REGISTRY_CORRUPT`. */
export function peekLeases(root: string): Lease[] {
  return peekLeaseFile(root).leases.flatMap((item) => leaseOf(item) ?? []);
}

/** The lease of the phase: the last one that was granted; null when there is none. As `listLeases`. */
export function getLease(root: string, id: PhaseId, options: LeaseOptions = {}): Lease | null {
  const phase = parsePhase(id);
  return phaseIn(readLeaseFile(root, options), phase).leases.at(-1) ?? null;
}

/** As `getLease`, but leaves a damaged registry where it is: that is `REGISTRY_CORRUPT`. */
export function peekLease(root: string, id: PhaseId): Lease | null {
  const phase = parsePhase(id);
  return phaseIn(peekLeaseFile(root), phase).leases.at(-1) ?? null;
}

/** What can be brought back by `restoreLeases`, the latest at the end. As `listLeases`. */
export function listCleared(root: string, options: LeaseOptions = {}): Clearing[] {
  return listClearings(readLeaseFile(root, options));
}

/** What can be seen of the holder of an open lease, from this process and now. */
export function holderStateOf(lease: Lease, { clock = {} }: LeaseOptions = {}): HolderState {
  return holderState(lease, momentNow(clock));
}
