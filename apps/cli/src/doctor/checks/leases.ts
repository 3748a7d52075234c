import {
  type HolderState,
  holderStateOf,
  type Lease,
  latestLeases,
  peekLease,
  peekLeases,
  reclaimLease,
  registryPath,
} from "@x/registry-core/leases";

import { leaseLabel, phaseLabel, phaseWord } from "../../phase-word.ts";
import { plural } from "../../plural.ts";
import type { Copies } from "../copies.ts";
import { codeOf } from "../could-not-look.ts";
import { type Check, type Found, findingOf, type Mended } from "../finding.ts";
import { LOCK_PATIENCE } from "../lock-patience.ts";

/** Open leases whose holders are gone, or whose time is over. */
export const leases: Check = {
  id: "leases",
  look: async ({ leases: root, now }) => {
    if (root === undefined) return { found: [] };
    const all = readable(root);
    const open = latestLeases(all).filter(({ lease_state }) => lease_state === "open");
    return {
      found: open.flatMap((lease) => judge(root, lease, now)),
      seen: plural(all.length, "lease"),
    };
  },
};

/** What is wrong with the registry itself, its own check tells. */
function readable(root: string): Lease[] {
  try {
    return peekLeases(root);
  } catch (error) {
    if (codeOf(error)?.startsWith("REGISTRY_") === true) return [];
    throw error;
  }
}

function judge(root: string, lease: Lease, now: () => Date): Found[] {
  const state = holderStateOf(lease, { clock: { now } });
  if (state === "dead") return [deadLease(root, lease, now)];
  return state === "expired" ? [expiredLease(root, lease)] : [];
}

function deadLease(root: string, lease: Lease, now: () => Date): Found {
  const { phase_id: phase, epoch, holder } = lease;
  const isFenced = epoch !== undefined;
  return findingOf("dead-lease", {
    path: registryPath(root),
    message: `${grantOf(lease)}; its holder, process ${holder?.pid} on ${holder?.host}, is gone. Nobody is granted the phase until that lease is ended.`,
    command: `cabinet lease show ${phaseWord(phase)}`,
    ...(isFenced && {
      fix: `marks the lease of ${leaseLabel(lease)} as crashed, as \`cabinet lease reclaim\` does; see first whether a command of it still writes`,
      mend: (copies) => reclaim(root, { phase, epoch, now }, copies),
    }),
  });
}

/** Whether its holder is dead, nobody can say: it is left to a person. */
function expiredLease(root: string, lease: Lease): Found {
  const phase = phaseWord(lease.phase_id);
  return findingOf("expired-lease", {
    path: registryPath(root),
    message: `${grantOf(lease)}, and has expired at ${lease.expires_at}. Whether somebody still works on it cannot be told; nobody else is granted the phase meanwhile.`,
    command: `cabinet lease show ${phase}, then cabinet lease reclaim ${phase}`,
  });
}

function grantOf({ phase_id, agent_id, worktree_path }: Lease): string {
  const who = agent_id === null ? "somebody" : agent_id;
  const where = worktree_path === "" ? "" : ` in ${worktree_path}`;
  return `Phase ${phaseLabel(phase_id)} is leased to ${who}${where}`;
}

interface DeadLease {
  readonly phase: string;
  readonly epoch: number;
  readonly now: () => Date;
}

function reclaim(root: string, { phase, epoch, now }: DeadLease, copies: Copies): Promise<Mended> {
  const clock = { now };
  const lease = peekLease(root, phase);
  const isSame = lease?.lease_state === "open" && lease.epoch === epoch;
  if (!isSame) return left("it is not open any more, or the phase was granted again");
  const state: HolderState = holderStateOf(lease, { clock });
  if (state !== "dead") return left(`its holder is ${state} by now`);
  copies.keep(registryPath(root));
  try {
    // Under the registry's lock it is looked at once more: by its epoch, and whether its holder is gone.
    const reason = "found by cabinet doctor";
    reclaimLease(root, phase, {
      epoch,
      reason,
      clock,
      ...LOCK_PATIENCE,
      onWarning: () => undefined,
    });
    return Promise.resolve({});
  } catch (error) {
    if (codeOf(error)?.startsWith("LEASE_") !== true) throw error;
    return left("somebody has changed it meanwhile");
  }
}

function left(reason: string): Promise<Mended> {
  return Promise.resolve({ left: reason });
}
