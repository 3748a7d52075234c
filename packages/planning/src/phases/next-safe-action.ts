import type { CloseoutFacts, Finding, LeaseLine } from "./closeout.ts";
import { isStale } from "./is-stale.ts";
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
  if (facts.faults.length > 0) return `Resolve the blockers, then run ${again} again.`;
  const stale = leases.find(isStale);
  if (stale !== undefined) return reclaimAction(stale, again);
  const foreign = leases.find(({ tag }) => tag === "BLOCK");
  if (foreign !== undefined) return waitAction(foreign);
  if (facts.setAside.length > 0) {
    const [registry, pronoun] =
      facts.setAside.length === 1 ? ["registry", "it"] : ["registries", "them"];
    return `See which leases the damaged ${registry} held, move ${pronoun} to another folder, then run ${again} again.`;
  }
  if (facts.phaseStatus === undefined) {
    return `Name the phase once in .planning/ROADMAP.md, as \`- [ ] **Phase ${word}: …**\`, then run ${again} again.`;
  }
  if (facts.phaseStatus !== "done") {
    const step = `\`cabinet phase-status ${word} done\``;
    return blockers.length > 0 ? `Add what is missing, then run ${step}.` : `Run ${step}.`;
  }
  const own = leases.find(({ tag }) => tag === "INFO");
  if (own !== undefined) return `Run \`${closeCommand(own)}\`.`;
  if (facts.gate?.state === "refused") return `Add what is missing, then run ${again} again.`;
  if (warnings.length > 0) return `Look at the lease with \`cabinet lease show ${word}\`.`;
  return goOnAction(facts.nextPhase);
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

function reclaimAction({ phase_id }: LeaseLine, again: string): string {
  return `Run \`cabinet lease reclaim ${phaseInCommand(phase_id)}\`, then ${again} again.`;
}

/** Whose holder may be at work: nobody else ends it. */
function waitAction({ phase_id }: LeaseLine): string {
  const word = phaseInCommand(phase_id);
  return `Wait for the end of the work on phase ${word}; \`cabinet lease show ${word}\` says whose it is.`;
}

function goOnAction(phase: string | undefined): string {
  if (phase === undefined) return "All phases of .planning/ROADMAP.md are done.";
  const word = phaseInCommand(phase);
  return `Go on with phase ${word}: \`cabinet lease run ${word} -- <command>\`.`;
}

function closeCommand({ phase_id, epoch }: LeaseLine): string {
  const fence = epoch === null ? "" : ` --epoch ${epoch}`;
  return `cabinet lease close ${phaseInCommand(phase_id)}${fence}`;
}
