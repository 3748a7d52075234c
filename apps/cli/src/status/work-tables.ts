import { isAbsolute, relative } from "node:path";

import type { Style } from "../command.ts";
import { holderCell } from "../leases/holder-cell.ts";
import type { LeaseData } from "../leases/lease-data.ts";
import { ageOf } from "../screen/age.ts";
import type { Line } from "../screen/box.ts";
import type { AgentAtWork } from "./agents-at-work.ts";
import { type Column, fittingTable } from "./fitting-table.ts";

// One screen: of more, there is a command that lists them all.
const MOST_ROWS = 8;

/** From where, and when, it is looked. */
interface Onlooker {
  readonly root: string;
  readonly now: Date;
}

/** Open leases, those of this checkout with a `.` for it. */
export function leaseTable(
  leases: readonly LeaseData[] | null,
  { root, now }: Onlooker,
  style: Style,
): Line[] {
  if (leases === null) return [{ text: "They cannot be told: see what is wrong." }];
  if (leases.length === 0) return [{ text: "None." }];
  const columns: readonly Column<LeaseData>[] = [
    { heading: "PHASE", cellOf: ({ phase_id }) => ({ text: phase_id, mayShrink: true }) },
    { heading: "HOLDER", cellOf: (lease) => holderCell(lease, lease.holder_state, style) },
    { heading: "AGENT", cellOf: ({ agent_id }) => nameCell(agent_id), leaves: 4 },
    { heading: "BRANCH", cellOf: ({ branch_name }) => nameCell(branch_name), leaves: 1 },
    {
      heading: "WORKTREE",
      cellOf: ({ worktree_path }) => nameCell(nearPath(worktree_path, root)),
      leaves: 3,
    },
    { heading: "GRANTED", cellOf: ({ granted_at }) => ageCell(granted_at, now, style), leaves: 2 },
  ];
  return linesOf(columns, leases, style, "cabinet lease list --open");
}

/** Those who are at work. */
export function agentTable(agents: readonly AgentAtWork[], now: Date, style: Style): Line[] {
  const columns: readonly Column<AgentAtWork>[] = [
    { heading: "AGENT", cellOf: ({ agent }) => nameCell(agent), leaves: 3 },
    { heading: "AT", cellOf: ({ work }) => nameCell(workOf(work)) },
    { heading: "PROCESS", cellOf: ({ pid }) => ({ text: String(pid ?? "-") }), leaves: 2 },
    { heading: "SINCE", cellOf: ({ since }) => ageCell(since, now, style), leaves: 1 },
  ];
  return linesOf(columns, agents, style, "cabinet status --json");
}

function workOf({ kind, of }: AgentAtWork["work"]): string {
  if (kind === "lease") return `phase ${of}`;
  // A client has one journal for all of its projects.
  return kind === "run" ? `the run of ${of}` : "a client of any project";
}

function nameCell(text: string | null) {
  return { text: text || "-", mayShrink: true };
}

function ageCell(time: string | null, now: Date, { dim }: Style) {
  return { text: time ? ageOf(time, now) : "-", paint: dim };
}

/** A path beside or in this checkout is shorter by its way from there. */
function nearPath(path: string, root: string): string {
  if (!isAbsolute(path)) return path;
  const way = relative(root, path) || ".";
  return /^\.\.[\\/]\.\.(?:[\\/]|$)/.test(way) ? path : way;
}

function linesOf<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  style: Style,
  command: string,
): Line[] {
  const lines = fittingTable(columns, rows.slice(0, MOST_ROWS), style);
  const more = rows.length - MOST_ROWS;
  const rest = more > 0 ? [style.dim(`and ${more} more: ${command}`)] : [];
  return [...lines, ...rest].map((text) => ({ text }));
}
