import type { HolderState, Lease } from "./lease.ts";

/** Why the leases do not allow a call. Stable within a major version; messages are not. */
export type LeaseErrorCode =
  | "LEASE_INVALID"
  | "LEASE_HELD"
  | "LEASE_OPEN"
  | "LEASE_NOT_FOUND"
  | "LEASE_NOT_OPEN"
  | "LEASE_FENCED";

/** What the error is about, as it was when the call was refused. */
export interface LeaseFacts {
  /** The lease of the phase, where there is one. */
  readonly lease?: Lease | undefined;
  /** What was seen of its holder, where it is open. */
  readonly holderState?: HolderState | undefined;
}

/** A call that the leases do not allow. Nothing was changed. */
export class LeaseError extends Error {
  override readonly name = "LeaseError";
  readonly code: LeaseErrorCode;
  readonly phase: string;
  /** Without the name of the phase. */
  readonly reason: string;
  readonly lease: Lease | undefined;
  readonly holderState: HolderState | undefined;

  constructor(code: LeaseErrorCode, phase: string, reason: string, facts: LeaseFacts = {}) {
    super(`phase ${phase} ${reason}`);
    this.code = code;
    this.phase = phase;
    this.reason = reason;
    this.lease = facts.lease;
    this.holderState = facts.holderState;
  }
}
