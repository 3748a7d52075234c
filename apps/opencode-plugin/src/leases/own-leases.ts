import { isSamePhase, type Lease } from "@x/registry-core/leases";
import { realPathOf } from "@x/registry-core/workspace";

import { BoundedMap } from "../bounded-map.ts";
import { fieldOf, textOf } from "../payload.ts";
import type { Sessions } from "../sessions.ts";

/** A lease that somebody of this client works under. */
interface OwnLease {
  /** Of the registry. */
  readonly root: string;
  readonly phase: string;
  readonly epoch: number | undefined;
  /** The session that got it; absent: the whole client works under it. */
  readonly sessionID?: string;
}

const MOST_LEASES = 1_000;

// Of the process: it is their holder, also when the client makes a new instance of itself in it.
const granted = new BoundedMap<OwnLease>(MOST_LEASES);

/** Whose lease it is: whether a session works under it, or somebody else. */
export class OwnLeases {
  readonly #sessions: Sessions;
  readonly #around: readonly OwnLease[];

  /** `env` may tell of leases that `cabinet lease run` holds for this client. */
  constructor(sessions: Sessions, env: Readonly<Record<string, string | undefined>>) {
    this.#sessions = sessions;
    this.#around = leasesAround(env["CABINET_LEASES"]);
  }

  /** `root` is that of the registry. */
  add(root: string, { phase_id: phase, epoch }: Lease, sessionID: string): void {
    granted.set(JSON.stringify([root, phase, epoch]), { root, phase, epoch, sessionID });
  }

  has(root: string, lease: Lease, sessionID: string): boolean {
    return [...this.#around, ...granted.values()].some(
      (own) => isOf(own, root, lease) && this.#isFor(own, sessionID),
    );
  }

  #isFor({ sessionID: owner }: OwnLease, sessionID: string): boolean {
    return owner === undefined || this.#sessions.isFamily(owner, sessionID);
  }
}

function isOf({ root: place, phase, epoch }: OwnLease, root: string, lease: Lease): boolean {
  if (!isSamePhase(phase, lease.phase_id) || epoch !== lease.epoch) return false;
  return place === root || realPathOf(place) === realPathOf(root);
}

/** What `cabinet lease run` tells the commands below it; what is not understood is nobody's lease. */
function leasesAround(text: string | undefined): OwnLease[] {
  const list = text === undefined ? undefined : parseJson(text);
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: unknown) => {
    const [root, phase] = [textOf(item, "root"), textOf(item, "phase")];
    const epoch = fieldOf(item, "epoch");
    const isLease = root !== undefined && phase !== undefined && typeof epoch === "number";
    return isLease ? [{ root, phase, epoch }] : [];
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Somebody else has set it.
    return undefined;
  }
}
