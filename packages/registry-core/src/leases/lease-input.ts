import { globFault } from "./glob.ts";
import { LeaseError } from "./lease-error.ts";
import { isHolder, isTtl } from "./lease-file.ts";
import type { LeaseRequest } from "./lease-rules.ts";
import type { Holder } from "./lease.ts";
import { phaseFault } from "./phase-id.ts";

/** The id of a phase as callers give it: a number stands for its digits. */
export type PhaseId = string | number;

/** A lease as callers ask for it. */
export interface LeaseFields {
  readonly phase_id: PhaseId;
  /** Default empty. */
  readonly worktree_path?: string | undefined;
  /** Default null. */
  readonly agent_id?: string | null | undefined;
  /** Default empty. */
  readonly branch_name?: string | undefined;
  /** Globs of what is going to be written, relative to the repository's top. Default none. */
  readonly write_set?: readonly string[] | undefined;
  /** Default null. */
  readonly provenance_hash?: string | null | undefined;
  /** The process that lives as long as the work, by `holderOf`. Default: none. */
  readonly holder?: Holder | undefined;
  /** After how many milliseconds without a heartbeat it expires. Default: never. */
  readonly ttl_ms?: number | undefined;
}

/** Throws `LEASE_INVALID`. */
export function parsePhase(given: PhaseId): string {
  const phase = String(given);
  const isText = typeof given === "string" || (Number.isSafeInteger(given) && given >= 0);
  const fault = isText ? phaseFault(phase) : "it is neither a text nor a whole number";
  if (fault !== undefined) refuse(phase, `cannot be the id of a phase: ${fault}`);
  return phase;
}

/** Throws `LEASE_INVALID`. */
export function parseRequest(phase: string, fields: LeaseFields): LeaseRequest {
  const { worktree_path = "", agent_id = null, branch_name = "", write_set = [] } = fields;
  const { provenance_hash = null, holder, ttl_ms } = fields;
  for (const [name, value] of Object.entries({ worktree_path, branch_name })) {
    if (typeof value !== "string") refuse(phase, `cannot be granted: its ${name} is no text`);
  }
  for (const [name, value] of Object.entries({ agent_id, provenance_hash })) {
    if (value !== null && typeof value !== "string") {
      refuse(phase, `cannot be granted: its ${name} is no text`);
    }
  }
  assertWriteSet(phase, write_set);
  if (holder !== undefined && !isHolder(holder)) {
    refuse(phase, "cannot be granted: its holder is none that holderOf has given");
  }
  assertTtl(phase, ttl_ms);
  return { worktree_path, agent_id, branch_name, write_set, provenance_hash, holder, ttl_ms };
}

function assertWriteSet(phase: string, globs: readonly string[]): void {
  if (!Array.isArray(globs)) refuse(phase, "cannot be granted: its write_set is no list");
  for (const glob of globs) {
    const fault = typeof glob === "string" ? globFault(glob) : "it is no text";
    if (fault === undefined) continue;
    refuse(phase, `cannot be granted: ${JSON.stringify(glob)} in its write_set: ${fault}`);
  }
}

/** Throws `LEASE_INVALID`. */
export function assertTtl(phase: string, ttl: number | undefined): void {
  if (ttl === undefined || isTtl(ttl)) return;
  refuse(phase, "cannot be held for that long: from 1 ms to 366 days");
}

/** Throws `LEASE_INVALID`. */
export function assertEpoch(phase: string, epoch: number | undefined): void {
  if (epoch === undefined || (Number.isSafeInteger(epoch) && epoch > 0)) return;
  refuse(phase, `has no epoch ${epoch}: epochs are whole numbers from 1`);
}

/** Throws `LEASE_INVALID`. */
export function assertReason(phase: string, reason: string | undefined): void {
  if (reason === undefined || (typeof reason === "string" && reason.trim() !== "")) return;
  refuse(phase, "needs a reason that says something");
}

function refuse(phase: string, reason: string): never {
  throw new LeaseError("LEASE_INVALID", phase, reason);
}
