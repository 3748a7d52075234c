import {
  holderStateOf,
  type Lease,
  latestLeases,
  peekLeases,
  registryPath,
} from "@x/registry-core/leases";

import { codeOf } from "../../errors/error-code.ts";
import { commandWord, phaseLabel, phaseWord } from "../../screen/phase-word.ts";
import { plural } from "../../screen/plural.ts";
import { type Check, type Found, findingOf } from "../finding.ts";

/** Open leases whose holders are gone, or whose time is over. Whether one is ended, is for people to say. */
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
  if (state === "dead") return [deadLease(root, lease)];
  return state === "expired" ? [expiredLease(root, lease)] : [];
}

/** What its holder had started may still write: nobody here can see that. */
function deadLease(root: string, lease: Lease): Found {
  const { phase_id: phase, holder } = lease;
  const word = commandWord(phase);
  return findingOf("dead-lease", {
    path: registryPath(root),
    message: `${grantOf(lease)}; its holder, process ${holder?.pid} on ${holder?.host}, is gone. Nobody is granted the phase until that lease is ended.`,
    ...(word !== undefined && { command: `cabinet lease show ${word}` }),
    advice: `See first whether a command that it has started still writes; then end it: cabinet lease reclaim ${phaseWord(phase)}`,
  });
}

/** Whether its holder is dead, nobody can say. */
function expiredLease(root: string, lease: Lease): Found {
  const word = commandWord(lease.phase_id);
  return findingOf("expired-lease", {
    path: registryPath(root),
    message: `${grantOf(lease)}, and has expired at ${lease.expires_at}. Whether somebody still works on it cannot be told; nobody else is granted the phase meanwhile.`,
    ...(word !== undefined && { command: `cabinet lease show ${word}` }),
    advice: `Where nobody does any more, end it: cabinet lease reclaim ${phaseWord(lease.phase_id)}`,
  });
}

function grantOf({ phase_id, agent_id, worktree_path }: Lease): string {
  const who = agent_id === null ? "somebody" : agent_id;
  const where = worktree_path === "" ? "" : ` in ${worktree_path}`;
  return `Phase ${phaseLabel(phase_id)} is leased to ${who}${where}`;
}
