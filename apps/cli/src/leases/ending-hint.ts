import type { Lease } from "@x/registry-core/leases";

import { phaseWord } from "../screen/phase-word.ts";

/** How an open lease ends that no process holds: somebody says so. */
export function endingHint(lease: Lease): string {
  const crash = `cabinet lease crash ${phaseWord(lease.phase_id)} --reason <text>`;
  return `When its work is over: \`${closeCommand(lease)}\`, or \`${crash}\`.`;
}

/** The command that closes this lease, and none that may come after it. */
export function closeCommand({ phase_id, epoch }: Lease): string {
  const fence = epoch === undefined ? "" : ` --epoch ${epoch}`;
  return `cabinet lease close ${phaseWord(phase_id)}${fence}`;
}
