import * as z from "zod/mini";

import {
  closeLease,
  grantLease,
  holderOf,
  holderStateOf,
  isSamePhase,
  type Lease,
  peekLease,
} from "@x/registry-core/leases";
import { readCheckout } from "@x/registry-core/workspace";

import { type AgentTool, agentTool, described } from "../agent-tool.ts";
import { type LeaseDesk, leaseLine } from "../leases/lease-desk.ts";
import type { OwnLeases } from "../leases/own-leases.ts";
import { reasonOf } from "../reason-of.ts";
import type { Sessions } from "../sessions.ts";
import type { Warnings } from "../warnings.ts";
import { withPatience } from "../with-patience.ts";

export interface LeaseToolParts {
  readonly desk: LeaseDesk;
  readonly own: OwnLeases;
  readonly sessions: Sessions;
  readonly warnings: Warnings;
  readonly directory: string;
}

const phase = described(
  z.string().check(z.trim(), z.minLength(1), z.maxLength(200)),
  "Id of the phase, such as 3 or 02.1",
);
// Each its own: a description belongs to one schema.
const globs = (): z.ZodMiniArray<z.ZodMiniString> =>
  z.array(z.string().check(z.minLength(1), z.maxLength(4096))).check(z.maxLength(1000));

/** The tools with which agents say what they work on. The holder of what they get is this client's process. */
export function createLeaseTools(parts: LeaseToolParts): AgentTool[] {
  return [grantTool(parts), closeTool(parts), conflictsTool(parts)];
}

function optionsWith(warnings: Warnings) {
  return {
    // It is waited for outside: here the whole client would wait.
    timeoutMilliseconds: 0,
    onWarning: ({ message }: { readonly message: string }) => warnings.warn(message),
  };
}

function grantTool({ desk, own, sessions, warnings, directory }: LeaseToolParts): AgentTool {
  const options = optionsWith(warnings);
  return agentTool({
    name: "cabinet_lease_grant",
    description:
      "Get the lease of a phase before you work on it, so that no other agent or worktree works on it too. Refused while somebody has it. Close it when you are done.",
    args: {
      phase,
      write_set: z.optional(
        described(
          globs(),
          "Paths or globs of the files you are going to write, as you give them to other tools, such as src/auth/**",
        ),
      ),
    },
    run: async ({ phase: phase_id, write_set = [] }, { sessionID }) => {
      const checkout = readCheckout(directory);
      const fields = {
        phase_id,
        worktree_path: checkout?.top ?? directory,
        branch_name: checkout?.branch,
        agent_id: sessions.identityOf(sessionID)?.agentId,
        write_set: write_set.map((glob) => desk.globInCheckout(glob)),
        holder: holderOf(),
      };
      const lease = await withPatience(() => grantLease(desk.root, fields, options));
      own.add(desk.root, lease, sessionID);
      return { lease: leaseLine(lease), conflicts: conflictsWith(desk, lease) };
    },
  });
}

/** It is granted, whatever is found out about the others. */
function conflictsWith(desk: LeaseDesk, lease: Lease): object[] | string {
  try {
    const others = desk
      .openLeases()
      .filter(({ phase_id }) => !isSamePhase(phase_id, lease.phase_id));
    return conflictsOf(desk, others, lease.write_set);
  } catch (error) {
    return `The other leases cannot be read: ${reasonOf(error).text}`;
  }
}

function closeTool(parts: LeaseToolParts): AgentTool {
  const { desk, warnings } = parts;
  const options = optionsWith(warnings);
  return agentTool({
    name: "cabinet_lease_close",
    description: "Close the lease of a phase that you got, when you are done with it.",
    args: {
      phase,
      epoch: z.optional(
        described(z.int(), "Only if it is still the lease of this epoch; default: the one you got"),
      ),
    },
    run: async ({ phase: phase_id, epoch }, { sessionID }) => {
      const lease = peekLease(desk.root, phase_id);
      if (lease?.lease_state === "open" && !mayClose(parts, lease, sessionID)) {
        const whose = lease.agent_id || "somebody else";
        throw new Error(
          `the lease of phase ${phase_id} is that of ${whose}, and not yours to close (its holder: ${holderStateOf(lease)}). ` +
            "Tell the user: `cabinet lease close` and `cabinet lease reclaim` are for people to decide.",
        );
      }
      const fenced = { ...options, epoch: epoch ?? lease?.epoch };
      return {
        lease: leaseLine(await withPatience(() => closeLease(desk.root, phase_id, fenced))),
      };
    },
  });
}

/** Its own, also one of a client that is gone, or one that somebody got for it. */
function mayClose(
  { desk, own, sessions, directory }: LeaseToolParts,
  lease: Lease,
  sessionID: string,
): boolean {
  const agentId = sessions.identityOf(sessionID)?.agentId;
  if (own.has(desk.root, lease, sessionID)) return true;
  if (agentId === undefined || lease.agent_id !== agentId) return false;
  const state = holderStateOf(lease);
  // Of several set-ups of one name, the one that works here.
  const isHere = lease.worktree_path === (readCheckout(directory)?.top ?? directory);
  return state === "dead" || state === "expired" || (state === "unknown" && isHere);
}

function conflictsTool({ desk, own }: LeaseToolParts): AgentTool {
  return agentTool({
    name: "cabinet_lease_conflicts",
    description:
      "Who else is going to write these files: the open leases of others whose write sets cover them. Read-only.",
    args: {
      files: described(globs(), "Paths or globs, as you give them to other tools"),
    },
    run: async ({ files }, { sessionID }) => {
      const others = desk.openLeases().filter((lease) => !own.has(desk.root, lease, sessionID));
      return {
        conflicts: conflictsOf(
          desk,
          others,
          files.map((file) => desk.globInCheckout(file)),
        ),
      };
    },
  });
}

function conflictsOf(
  desk: LeaseDesk,
  others: Parameters<LeaseDesk["overlaps"]>[0],
  files: readonly string[],
): object[] {
  if (files.length === 0) return [];
  return desk.overlaps(others, files).map(({ lease, write, other }) => {
    return { file: other, covered_by: write, lease: leaseLine(lease) };
  });
}
