import { globFault } from "./glob.ts";
import { LeaseError } from "./lease-error.ts";
import type { LeaseRequest } from "./lease-rules.ts";
import type { Holder } from "./lease.ts";
import { phaseFault } from "./phase-id.ts";
import { isHolder, isTtl } from "./stored-lease.ts";

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
  const isId = typeof given === "string" || (Number.isSafeInteger(given) && given >= 0);
  if (!isId) refuse("?", "cannot be meant: an id is a text or a whole number");
  const phase = String(given);
  const fault = phaseFault(phase);
  if (fault !== undefined) refuse(phase, `cannot be the id of a phase: ${fault}`);
  return phase;
}

/** Throws `LEASE_INVALID`. */
export function parseRequest(phase: string, fields: LeaseFields): LeaseRequest {
  const { worktree_path = "", agent_id = null, branch_name = "", write_set = [] } = fields;
  const { provenance_hash = null, holder, ttl_ms } = fields;
  for (const [name, value] of Object.entries({ worktree_path, branch_name })) {
    assertText(phase, name, value);
  }
  for (const [name, value] of Object.entries({ agent_id, provenance_hash })) {
    if (value !== null) assertText(phase, name, value);
  }
  assertWriteSet(phase, write_set);
  if (holder !== undefined && !isHolder(holder)) {
    refuse(phase, "cannot be granted: its holder is none that holderOf has given");
  }
  assertTtl(phase, ttl_ms);
  // Copies: what is stored is frozen.
  return {
    worktree_path,
    agent_id,
    branch_name,
    provenance_hash,
    ttl_ms,
    write_set: [...write_set],
    holder: holder && { ...holder },
  };
}

// Longer than any name or path; what is longer would be read and written again with every change.
const MAXIMUM_CHARACTERS = 4096;

function assertText(phase: string, name: string, value: unknown): void {
  if (typeof value !== "string") refuse(phase, `cannot be granted: its ${name} is no text`);
  if (value.length > MAXIMUM_CHARACTERS) {
    refuse(phase, `cannot be granted: its ${name} is longer than ${MAXIMUM_CHARACTERS} characters`);
  }
}

// Whoever writes to more places can say so with a wildcard.
const MAXIMUM_GLOBS = 1000;

function assertWriteSet(phase: string, globs: readonly string[]): void {
  if (!Array.isArray(globs)) refuse(phase, "cannot be granted: its write_set is no list");
  if (globs.length > MAXIMUM_GLOBS) {
    refuse(phase, `cannot be granted: its write_set has more than ${MAXIMUM_GLOBS} globs`);
  }
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
  if (typeof reason !== "string" || reason.trim() === "") {
    refuse(phase, "needs a reason that says something");
  }
  if (reason.length > MAXIMUM_CHARACTERS) {
    refuse(phase, `needs a reason of at most ${MAXIMUM_CHARACTERS} characters`);
  }
}

export function refuse(phase: string, reason: string): never {
  throw new LeaseError("LEASE_INVALID", phase, reason);
}
