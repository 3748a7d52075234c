import type { HolderState, Lease } from "@x/registry-core/leases";

import type { Style } from "../command.ts";
import type { Cell } from "../screen/table.ts";

/** What can be seen of the holder of an open lease, such as `dead (4711)`; `-` where it has none. */
export function holderCell({ holder }: Lease, state: HolderState | undefined, style: Style): Cell {
  if (state === undefined || (holder === undefined && state === "unknown")) return { text: "-" };
  const text = holder === undefined ? state : `${state} (${holder.pid})`;
  if (state === "alive") return { text, paint: style.green };
  return state === "unknown" ? { text } : { text, paint: style.red };
}

/** Whether the lease of such a holder can be reclaimed. */
export function isOver(state: HolderState | undefined): boolean {
  return state === "dead" || state === "expired";
}
