import { isSamePhase, type Lease, LeaseError, listLeases } from "@x/registry-core/leases";

import type { Command, Style } from "../command.ts";
import { endingHint } from "../leases/ending-hint.ts";
import { holderCell, isOver } from "../leases/holder-cell.ts";
import { type LeaseData, leaseData } from "../leases/lease-data.ts";
import { leaseOptions, leaseRoot } from "../leases/lease-root.ts";
import { type Fact, factList } from "../screen/fact-list.ts";
import { phaseWord } from "../screen/phase-word.ts";

export const leaseShow: Command = {
  synopsis: "<phase>",
  example: "cabinet lease show 3",
  arguments: 1,
  completes: ["lease"],
  run: async (invocation) => {
    const { positionals } = invocation;
    const [phase = ""] = positionals;
    const root = await leaseRoot(invocation);
    const options = leaseOptions(invocation);
    const history = listLeases(root.path, options)
      .filter(({ phase_id }) => isSamePhase(phase_id, phase))
      .map((lease) => leaseData(lease, options));
    const lease = history.at(-1);
    if (lease === undefined) throw new LeaseError("LEASE_NOT_FOUND", phase, "has no lease");
    return {
      data: { root, lease, history },
      text: (style) => page(lease, history.length - 1, style),
      hint: hintFor(lease),
    };
  },
};

function hintFor(lease: LeaseData): readonly string[] {
  const { phase_id, lease_state, holder, holder_state } = lease;
  if (isOver(holder_state)) {
    return [`\`cabinet lease reclaim ${phaseWord(phase_id)}\` ends this lease.`];
  }
  return lease_state === "open" && holder === undefined ? [endingHint(lease)] : [];
}

function page(lease: LeaseData, earlier: number, style: Style): string {
  return factList([...factsOf(lease, style), ["earlier", String(earlier)]], style);
}

function factsOf(lease: LeaseData, style: Style): Fact[] {
  const { holder_state, write_set } = lease;
  return [
    ["phase", lease.phase_id],
    ["state", lease.lease_state],
    ["holder", holder_state && `${holderCell(lease, holder_state, style).text}${hostOf(lease)}`],
    ["epoch", lease.epoch?.toString()],
    ["agent", lease.agent_id],
    ["branch", lease.branch_name],
    ["worktree", lease.worktree_path],
    ["granted", lease.granted_at],
    ["heartbeat", lease.heartbeat_at],
    ["expires", lease.lease_state === "open" ? lease.expires_at : undefined],
    ["closed", lease.closed_at],
    ["crashed", lease.crashed_at],
    ["reason", lease.crash_reason],
    ...write_set.map((glob): Fact => ["writes", glob]),
    ["provenance", lease.provenance_hash],
  ];
}

function hostOf({ holder }: Lease): string {
  return holder === undefined ? "" : ` on ${holder.host}`;
}
