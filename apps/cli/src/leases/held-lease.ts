import { existsSync } from "node:fs";
import { dirname } from "node:path";

import type { Warning } from "@x/registry-core";
import {
  closeLease,
  crashLease,
  grantLease,
  heartbeatLease,
  type HeartbeatRequest,
  isSamePhase,
  type Lease,
  type LeaseFields,
  listLeases,
  type LeaseOptions,
  peekLease,
  registryPath,
} from "@x/registry-core/leases";

import { describeError } from "../errors/describe-error.ts";
import { codeOf } from "../errors/error-code.ts";
import { describeEnd } from "../errors/lease-sentences.ts";
import { leaseLabel } from "../screen/phase-word.ts";

// A command waits for its signals meanwhile, and the next heartbeat tries again.
const HEARTBEAT_PATIENCE_MILLISECONDS = 2_000;

const LOSSES: ReadonlySet<string> = new Set(["LEASE_FENCED", "LEASE_NOT_OPEN", "LEASE_NOT_FOUND"]);

export interface HeldLeaseOptions {
  readonly root: string;
  readonly options: LeaseOptions;
  readonly onWarning: (warning: Warning) => void;
  /** Called once, when it turns out that somebody else has ended the lease. */
  readonly onLost: () => void;
}

/**
 * A lease that this process holds, until it is ended here or lost: then it is not touched any more, and
 * neither is that of a successor. Every call is fenced by the epoch of the grant.
 */
export class HeldLease {
  readonly #world: HeldLeaseOptions;
  readonly #epoch: number | undefined;
  readonly #ttl: number | undefined;
  #lease: Lease;
  #isLost = false;
  #isFailing = false;
  #isClosed = false;

  /** Throws what `grantLease` throws. */
  constructor(fields: LeaseFields, world: HeldLeaseOptions) {
    this.#world = world;
    this.#lease = grantLease(world.root, fields, world.options);
    this.#epoch = this.#lease.epoch;
    this.#ttl = this.#lease.ttl_ms;
  }

  /** As it was when it was seen last. */
  get lease(): Lease {
    return this.#lease;
  }

  /** Of the registry that it is kept in. */
  get path(): string {
    return registryPath(this.#world.root);
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  /** Whether somebody has changed it: what that comes to, the next renewal finds out. Never throws. */
  isTouched(): boolean {
    if (this.#isLost) return false;
    try {
      const lease = peekLease(this.#world.root, this.#lease.phase_id);
      if (lease?.epoch !== this.#epoch) return true;
      const isOpen = lease?.lease_state === "open";
      return isOpen ? lease.ttl_ms !== this.#ttl : !this.#isClosed;
    } catch {
      // The renewal will say what stands in the way.
      return false;
    }
  }

  /** Never throws: a failure is a warning, once until it works again. */
  renew(): void {
    if (this.#isLost) return;
    const timeoutMilliseconds = HEARTBEAT_PATIENCE_MILLISECONDS;
    try {
      const extra = { timeoutMilliseconds, ttl_ms: this.#ttl };
      this.#change(heartbeatLease, extra);
      this.#warnOfClose();
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) this.#warn("LEASE_NOT_RENEWED", notRenewed(this.#lease, error));
      this.#isFailing = true;
    }
  }

  /** Throws what `closeLease` throws, but for what says that the lease is lost. */
  close(): void {
    this.#change(closeLease, {});
  }

  /** As `close`. */
  crash(reason: string): void {
    this.#change((root, phase, options) => crashLease(root, phase, reason, options), {});
  }

  #change(
    call: (root: string, phase: string, options: LeaseOptions & HeartbeatRequest) => Lease,
    extra: LeaseOptions & HeartbeatRequest,
  ): void {
    if (this.#isLost) return;
    const { root, options } = this.#world;
    try {
      this.#lease = call(root, this.#lease.phase_id, { ...options, ...extra, epoch: this.#epoch });
    } catch (error) {
      // A folder that is not there for a while tells nothing of its leases.
      if (!isLoss(error) || !existsSync(dirname(this.path))) throw error;
      this.#lose();
    }
  }

  #lose(): void {
    const { own, last } = this.#look();
    this.#lease = own ?? this.#lease;
    // Whoever works under it may say itself that the work is done, as long as nobody else begins.
    if (own?.lease_state === "closed" && own === last) return;
    this.#isLost = true;
    const end = own === undefined ? "it is not in the registry any more" : describeEnd(own);
    const next = last === own ? "" : `, and epoch ${last?.epoch ?? "-"} was granted`;
    this.#warn("LEASE_LOST", `The lease of ${leaseLabel(this.#lease)} is lost: ${end}${next}.`);
    this.#world.onLost();
  }

  /** Once: from then on somebody else may be granted the phase. */
  #warnOfClose(): void {
    if (this.#isLost || this.#isClosed || this.#lease.lease_state !== "closed") return;
    this.#isClosed = true;
    const label = leaseLabel(this.#lease);
    this.#warn("LEASE_CLOSED", `The lease of ${label} was closed while its command goes on.`);
  }

  /** What became of it, and the lease of the phase now. */
  #look(): { own?: Lease | undefined; last?: Lease | undefined } {
    const { root, options } = this.#world;
    try {
      const leases = listLeases(root, options).filter((lease) =>
        isSamePhase(lease.phase_id, this.#lease.phase_id),
      );
      return { own: leases.find(({ epoch }) => epoch === this.#epoch), last: leases.at(-1) };
    } catch {
      // That it is lost is known; how, cannot be seen any more.
      return {};
    }
  }

  #warn(code: string, message: string): void {
    this.#world.onWarning({ code, message, path: this.path });
  }
}

function isLoss(error: unknown): boolean {
  return LOSSES.has(codeOf(error) ?? "");
}

function notRenewed(lease: Lease, error: unknown): string {
  const { message } = describeError(error);
  return `The lease of ${leaseLabel(lease)} could not be renewed, and that is tried again: ${message}`;
}
