import { printable } from "@x/registry-core/text";

import { boxWidth, type Section, sections } from "../box.ts";
import type { Style } from "../command.ts";
import { countsOf, paintOf } from "../doctor/finding-lines.ts";
import type { Finding } from "../doctor/finding.ts";
import { factList } from "../fact-list.ts";
import { sessionLabel } from "../find-session.ts";
import { holderCell } from "../holder-cell.ts";
import type { LeaseData } from "../lease-data.ts";
import { specFacts, type SpecStanding } from "../spec-standing.ts";
import { type Cell, table } from "../table.ts";
import type { AgentAtWork } from "./agents-at-work.ts";
import type { RepositoryStanding } from "./repository-standing.ts";
import type { SessionPlan } from "./session-plan.ts";

// One screen: of more, there is a command that lists them all.
const MOST_ROWS = 8;
const MOST_FINDINGS = 5;

/** The page of `cabinet status`. */
export function statusPage(standing: RepositoryStanding, style: Style): string {
  const inside = { ...style, columns: boxWidth(style) ?? style.columns };
  const { spec, plan, leases, agents, findings } = standing;
  const all: Section[] = [
    { title: "Spec", lines: specLines(spec, inside) },
    { title: planTitle(plan), lines: planLines(plan, inside) },
    { title: "Open leases", lines: leaseLines(leases, inside) },
    { title: "At work", lines: agentLines(agents, inside) },
    { title: "What is wrong", lines: findingRows(findings, inside) },
  ];
  return sections(all, style);
}

function specLines(standing: SpecStanding, style: Style): string[] {
  const { active, spec } = standing;
  if (spec !== null) return factList(specFacts({ ...standing, spec }), style).split("\n");
  return [printable(active === null ? "No spec is active." : `${active} is active.`)];
}

function planTitle({ session, plan }: SessionPlan): string {
  return session === null && plan !== null
    ? "Plan (the last that was filed)"
    : "Plan of this session";
}

function planLines({ session, plan }: SessionPlan, style: Style): string[] {
  if (plan === null) {
    const whose = session === null ? "" : ` for session ${session.id}`;
    return [printable(`No plan is filed${whose}.`)];
  }
  const file = `.ai/plan-${plan.plan}.md`;
  return factList(
    [
      ["plan", plan.plan],
      ["status", plan.status],
      ["file", plan.fileExists ? file : `${file} (missing)`],
      ["session", sessionLabel(plan)],
      ["filed", plan.createdAt],
    ],
    style,
  ).split("\n");
}

function leaseLines(leases: readonly LeaseData[] | null, style: Style): string[] {
  if (leases === null) return ["They cannot be told: see below."];
  if (leases.length === 0) return ["None."];
  const rows = leases.map((lease): Cell[] => [
    { text: String(lease.phase_id) },
    holderCell(lease, lease.holder_state, style),
    { text: lease.agent_id || "-" },
    { text: lease.branch_name || "-", mayShrink: true },
    { text: lease.worktree_path || "-", mayShrink: true },
    { text: lease.granted_at || "-", paint: style.dim },
  ]);
  const heading = ["PHASE", "HOLDER", "AGENT", "BRANCH", "WORKTREE", "GRANTED"];
  return rowsOf(heading, rows, style, "cabinet lease list --open");
}

function agentLines(agents: readonly AgentAtWork[], style: Style): string[] {
  if (agents.length === 0) return ["Nobody who can be seen from here."];
  const rows = agents.map(({ agent, work, pid, since }): Cell[] => [
    { text: agent ?? "-" },
    { text: workOf(work) },
    { text: String(pid ?? "-") },
    { text: since ?? "-", paint: style.dim },
  ]);
  return rowsOf(["AGENT", "AT", "PROCESS", "SINCE"], rows, style, "cabinet status --json");
}

function workOf({ kind, of }: AgentAtWork["work"]): string {
  if (kind === "lease") return `phase ${of}`;
  return kind === "run" ? `the run of ${of}` : "a client whose events are noted";
}

function rowsOf(
  heading: readonly string[],
  rows: readonly Cell[][],
  style: Style,
  command: string,
): string[] {
  const lines = table(heading, rows.slice(0, MOST_ROWS), style).split("\n");
  const more = rows.length - MOST_ROWS;
  return more > 0 ? [...lines, style.dim(`and ${more} more: ${command}`)] : lines;
}

function findingRows(findings: readonly Finding[], style: Style): string[] {
  if (findings.length === 0) {
    return [
      style.green("Nothing that the files tell. `cabinet doctor` looks at the database, too."),
    ];
  }
  const lines = findings
    .slice(0, MOST_FINDINGS)
    .flatMap(({ id, severity, message, command }) => [
      `${paintOf(severity, style)(severity)}: ${printable(message)}`,
      `  ${style.dim(printable(command ?? `cabinet doctor says more of ${id}`))}`,
    ]);
  const all = `${countsOf(findings)} All of them, and what can be mended: cabinet doctor`;
  return [...lines, style.dim(all)];
}
