import type { CloseoutReport, LeaseLine } from "@x/planning/phases";
import { printable } from "@x/registry-core/text";

import type { Style } from "../command.ts";
import { phaseLabel } from "../screen/phase-word.ts";

/** What stands in the way of closing a phase out, a line each; then the next safe step. */
export function closeoutLines(report: CloseoutReport, style: Style): string[] {
  const { blockers, warnings, registry, gate, next_safe_action } = report;
  const own = (registry?.leases ?? []).filter(({ tag }) => tag === "INFO");
  return [
    `Phase ${printable(phaseLabel(report.phase))}: ${report.status}`,
    ...blockers.map(({ message }) => `${style.red("[BLOCK]")} ${printable(message)}`),
    ...warnings.map(({ message }) => `${style.yellow("[WARN]")} ${printable(message)}`),
    ...[...own.map(ownLine), ...gateLines(gate)].map(
      (line) => `${style.dim("[INFO]")} ${printable(line)}`,
    ),
    printable(next_safe_action),
  ];
}

function ownLine({ phase_id, agent_id, holder_state, granted_at }: LeaseLine): string {
  const agent = agent_id === null ? "" : ` to ${agent_id}`;
  return `phase ${phase_id} has an open lease of its own, granted${agent} at ${granted_at}; its holder is ${holder_state}`;
}

/** What it refuses is among the findings. */
function gateLines(gate: CloseoutReport["gate"]): string[] {
  if (gate?.state !== "skipped") return [];
  return [`the gate is skipped: ${gate.reason ?? ""}`];
}
