import type { CloseoutFacts, Finding, LeaseLine } from "./closeout.ts";
import { phaseInCommand } from "./phase-in-command.ts";

/** What is found so far. */
interface Findings {
  readonly blockers: readonly Finding[];
  readonly warnings: readonly Finding[];
}

/** The one step that brings the phase further and breaks nothing, as a sentence with its command. */
export function nextSafeAction(
  facts: CloseoutFacts,
  leases: readonly LeaseLine[],
  { blockers, warnings }: Findings,
): string {
  const word = phaseInCommand(facts.phase);
  const again = `\`cabinet closeout-report --phase ${word}\``;
  const { fault } = facts.registry ?? {};
  if (fault !== undefined) return registryAction(fault, again);
  if (facts.faults.length > 0) return `Settle what is named above, then run ${again} again.`;
  const foreign = leases.filter(({ tag }) => tag === "BLOCK");
  const foreignFirst = foreign.find(isOver) ?? foreign[0];
  if (foreignFirst !== undefined) return leaseAction(foreignFirst, again);
  if (facts.phaseStatus === undefined && blockers.length === 0) {
    return `Add the phase to .planning/ROADMAP.md, then run ${again} again.`;
  }
  if (facts.phaseStatus !== "done") {
    const step = `\`cabinet phase-status ${word} done\``;
    return blockers.length > 0 ? `Add what is missing, then run ${step}.` : `Run ${step}.`;
  }
  const own = leases.find(({ tag }) => tag === "INFO");
  if (own !== undefined) return `Run \`${closeCommand(own)}\`.`;
  if (facts.gate.missing.length > 0) return `Add what is missing, then run ${again} again.`;
  if (warnings.length > 0) return `Look at the lease with \`cabinet lease show ${word}\`.`;
  return "Go on with the next phase: `cabinet lease grant <phase>`.";
}

function registryAction({ code }: Finding, again: string): string {
  switch (code) {
    case "REGISTRY_CORRUPT":
      return `Put a good copy of the registry in its place, or let \`cabinet lease list\` set it aside, then run ${again} again.`;
    case "REGISTRY_NEWER":
      return `Use a newer Cabinet here: run ${again} with it.`;
    default:
      return `Make the registry readable, then run ${again} again.`;
  }
}

function leaseAction(lease: LeaseLine, again: string): string {
  const word = phaseInCommand(lease.phase_id);
  if (isOver(lease)) return `Run \`cabinet lease reclaim ${word}\`, then ${again} again.`;
  const close = `\`${closeCommand(lease)}\``;
  return `Wait for the end of the work on phase ${word}, or end it with ${close}, then run ${again} again.`;
}

function closeCommand({ phase_id, epoch }: LeaseLine): string {
  const fence = epoch === null ? "" : ` --epoch ${epoch}`;
  return `cabinet lease close ${phaseInCommand(phase_id)}${fence}`;
}

function isOver({ holder_state }: LeaseLine): boolean {
  return holder_state === "dead" || holder_state === "expired";
}
