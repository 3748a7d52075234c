import { basename, dirname } from "node:path";

import { listLeases, listSetAside } from "@x/registry-core/leases";

import type { Command, Style } from "../command.ts";
import { holderCell, isOver } from "../leases/holder-cell.ts";
import { type LeaseData, leaseData } from "../leases/lease-data.ts";
import { leaseOptions, leaseRoot } from "../leases/lease-root.ts";
import { candidateList } from "../screen/candidate-list.ts";
import { phaseLabel, phaseWord } from "../screen/phase-word.ts";
import { type Cell, table } from "../screen/table.ts";

const HEADING = ["PHASE", "STATE", "HOLDER", "EPOCH", "AGENT", "BRANCH", "WORKTREE", "GRANTED"];

export const leaseList: Command = {
  synopsis: "",
  example: "cabinet lease list --open",
  arguments: 0,
  options: { open: { type: "boolean", summary: "Only leases that are open" } },
  run: async (invocation) => {
    const root = await leaseRoot(invocation);
    const options = leaseOptions(invocation);
    const all = listLeases(root.path, options).map((lease) => leaseData(lease, options));
    const isOpenOnly = invocation.options["open"] === true;
    const leases = isOpenOnly ? all.filter(({ lease_state }) => lease_state === "open") : all;
    // After the leases: to read them may have set their registry aside.
    const set_aside = listSetAside(root.path);
    const over = leases.filter(({ holder_state }) => isOver(holder_state));
    return {
      data: { root, leases, set_aside },
      text: (style) => tableOf(leases, style),
      hint: [...overHint(over), ...setAsideHint(set_aside)],
    };
  },
};

function tableOf(leases: readonly LeaseData[], style: Style): string {
  if (leases.length === 0) return "No leases found.";
  const rows = leases.map((lease): Cell[] => [
    { text: lease.phase_id },
    { text: lease.lease_state },
    holderCell(lease, lease.holder_state, style),
    { text: String(lease.epoch ?? "-") },
    { text: lease.agent_id || "-" },
    { text: lease.branch_name || "-" },
    { text: lease.worktree_path || "-" },
    { text: lease.granted_at || "-", paint: style.dim },
  ]);
  return table(HEADING, rows, style);
}

function overHint(over: readonly LeaseData[]): string[] {
  const [first, ...others] = over.map(({ phase_id }) => phase_id);
  if (first === undefined) return [];
  if (others.length === 0) {
    return [
      `The holder of phase ${phaseLabel(first)} is gone or late: \`cabinet lease reclaim ${phaseWord(first)}\` ends its lease.`,
    ];
  }
  const phases = candidateList([first, ...others].map(phaseLabel));
  return [
    `The holders of phases ${phases} are gone or late: \`cabinet lease reclaim <phase>\` ends the lease of one.`,
  ];
}

function setAsideHint(paths: readonly string[]): string[] {
  const [path] = paths;
  if (path === undefined) return [];
  const isOne = paths.length === 1;
  const registries = isOne ? "1 damaged registry was" : `${paths.length} damaged registries were`;
  const names = basename(path).replace(/\d+$/, "…");
  return [
    `${registries} set aside in ${dirname(path)} (${names}): leases that ${isOne ? "it" : "they"} held are not listed.`,
  ];
}
