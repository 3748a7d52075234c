import fs from "node:fs";

import { withFileLockSync } from "@x/atomic-fs";

import {
  clearLease,
  closeLease,
  crashLease,
  type Fence,
  grantLease,
  heartbeatLease,
  type Holder,
  holderStateOf,
  type Lease,
  LeaseError,
  type LeaseErrorCode,
  listLeases,
  reclaimLease,
  registryPath,
} from "../../src/leases/index.ts";
import { QUICKLY } from "./lease-project.ts";

/** The calls of which histories are made. */
export interface LeaseCalls {
  grant(phase: string, agent: string, holder: Holder | undefined): Lease;
  close(phase: string, fence: Fence): Lease;
  crash(phase: string, fence: Fence): Lease;
  heartbeat(phase: string, fence: Fence): Lease;
  reclaim(phase: string, fence: Fence): Lease;
  clear(phase: string, fence: Fence): Lease;
  get(phase: string): Lease | undefined;
}

/**
 * Ours, and the known-bad doubles. `bare`: the file is read and replaced without a lock, as the original
 * did. The others take the lock. `forgetful`: the epochs go with what is cleared. `unfenced`: an epoch
 * is not compared. `ageing`: whatever was not granted just now is reclaimed. `hasty`: the lease of a dead
 * holder hinders no grant.
 */
export type Discipline = "exclusive" | "bare" | "forgetful" | "unfenced" | "ageing" | "hasty";

export const DOUBLES = ["bare", "forgetful", "unfenced", "ageing", "hasty"] as const;

export function leaseCalls(root: string, discipline: Discipline): LeaseCalls {
  return discipline === "exclusive" ? exclusiveCalls(root) : new NaiveLeases(root, discipline);
}

// Far more than it takes, for a stopped process may hold the lock. A few wait for the disk, too.
const options = () => ({
  timeoutMilliseconds: 60_000,
  ...(Math.random() < 0.98 && QUICKLY),
});

const TTL = { ttl_ms: 3_600_000 };

function exclusiveCalls(root: string): LeaseCalls {
  return {
    grant: (phase, agent, holder) =>
      grantLease(root, { phase_id: phase, agent_id: agent, holder, ...TTL }, options()),
    close: (phase, fence) => closeLease(root, phase, { ...options(), ...fence }),
    crash: (phase, fence) => crashLease(root, phase, "it broke", { ...options(), ...fence }),
    heartbeat: (phase, fence) => heartbeatLease(root, phase, { ...options(), ...fence }),
    reclaim: (phase, fence) => reclaimLease(root, phase, { ...options(), ...fence }),
    clear: (phase, fence) => clearLease(root, phase, { ...options(), ...fence, force: true }),
    get: (phase) => listLeases(root).findLast(({ phase_id }) => phase_id === phase),
  };
}

interface NaiveFile {
  leases: Lease[];
  epochs: Record<string, number>;
}

class NaiveLeases implements LeaseCalls {
  readonly #path: string;
  readonly #discipline: Discipline;

  constructor(root: string, discipline: Discipline) {
    this.#path = registryPath(root);
    this.#discipline = discipline;
  }

  grant(phase: string, agent: string, holder: Holder | undefined): Lease {
    return this.#change((file) => {
      const former = last(file, phase);
      if (former?.lease_state === "open" && !this.#isPassed(former)) {
        refuse("LEASE_HELD", phase, former);
      }
      const epoch = (file.epochs[phase] ?? 0) + 1;
      file.epochs[phase] = epoch;
      const lease = naiveLease({ phase_id: phase, agent_id: agent, epoch }, holder);
      file.leases.push(lease);
      return lease;
    });
  }

  close(phase: string, fence: Fence): Lease {
    return this.#changeOpen(phase, fence, () => ({ lease_state: "closed" }));
  }

  crash(phase: string, fence: Fence): Lease {
    return this.#changeOpen(phase, fence, () => ({ lease_state: "crashed" }));
  }

  heartbeat(phase: string, fence: Fence): Lease {
    return this.#changeOpen(phase, fence, () => ({ heartbeat_at: new Date().toISOString() }));
  }

  reclaim(phase: string, fence: Fence): Lease {
    return this.#changeOpen(phase, fence, (lease) => {
      if (!this.#isOver(lease)) refuse("LEASE_HELD", phase, lease);
      return { lease_state: "crashed" };
    });
  }

  clear(phase: string, fence: Fence): Lease {
    return this.#change((file) => {
      const lease = this.#require(file, phase, fence);
      file.leases = file.leases.filter(({ phase_id }) => phase_id !== phase);
      if (this.#discipline === "forgetful") delete file.epochs[phase];
      return lease;
    });
  }

  get(phase: string): Lease | undefined {
    return last(readNaively(this.#path), phase);
  }

  #isPassed(lease: Lease): boolean {
    return this.#discipline === "hasty" && holderStateOf(lease) === "dead";
  }

  #isOver(lease: Lease): boolean {
    if (this.#discipline === "ageing") return Date.now() > Date.parse(lease.granted_at);
    return holderStateOf(lease) === "dead";
  }

  #require(file: NaiveFile, phase: string, { epoch }: Fence): Lease {
    const lease = last(file, phase);
    const isOver = epoch !== undefined && epoch !== lease?.epoch && this.#discipline !== "unfenced";
    if (isOver && (lease !== undefined || epoch < (file.epochs[phase] ?? 0))) {
      refuse("LEASE_FENCED", phase, lease);
    }
    return lease ?? refuse("LEASE_NOT_FOUND", phase, lease);
  }

  #changeOpen(phase: string, fence: Fence, make: (lease: Lease) => Partial<Lease>): Lease {
    return this.#change((file) => {
      const lease = this.#require(file, phase, fence);
      if (lease.lease_state !== "open") refuse("LEASE_NOT_OPEN", phase, lease);
      const next = { ...lease, ...make(lease) };
      file.leases = file.leases.map((item) => (item === lease ? next : item));
      return next;
    });
  }

  #change(make: (file: NaiveFile) => Lease): Lease {
    const section = (): Lease => {
      const file = readNaively(this.#path);
      const lease = make(file);
      writeNaively(this.#path, file);
      return lease;
    };
    return this.#discipline === "bare" ? section() : withFileLockSync(this.#path, section);
  }
}

function last(file: NaiveFile, phase: string): Lease | undefined {
  return file.leases.findLast(({ phase_id }) => phase_id === phase);
}

function naiveLease(
  fields: Pick<Lease, "phase_id" | "agent_id" | "epoch">,
  holder: Holder | undefined,
): Lease {
  return {
    worktree_path: "",
    branch_name: "",
    lease_state: "open",
    granted_at: new Date().toISOString(),
    closed_at: null,
    crashed_at: null,
    crash_reason: null,
    write_set: [],
    provenance_hash: null,
    ...(holder !== undefined && { holder }),
    ...fields,
  };
}

function refuse(code: LeaseErrorCode, phase: string, lease: Lease | undefined): never {
  throw new LeaseError(code, phase, "was refused", { lease });
}

/** What cannot be read is nothing. */
function readNaively(path: string): NaiveFile {
  try {
    const { leases = [], epochs = {} } = JSON.parse(fs.readFileSync(path, "utf8"));
    return { leases, epochs };
  } catch {
    return { leases: [], epochs: {} };
  }
}

function writeNaively(path: string, file: NaiveFile): void {
  const temporary = `${path}.${process.pid}.tmp`;
  fs.writeFileSync(temporary, JSON.stringify({ schema_version: 1, ...file }));
  fs.renameSync(temporary, path);
}
