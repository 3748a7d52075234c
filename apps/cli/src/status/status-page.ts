import type { Style } from "../command.ts";
import { isWrong } from "../doctor/finding.ts";
import { sessionLabel } from "../plans/find-session.ts";
import { ageOf } from "../screen/age.ts";
import { beginningOf } from "../screen/beginning-of.ts";
import { type Line, lineWidth, type Section, sections } from "../screen/box.ts";
import type { Fact } from "../screen/fact-list.ts";
import { specFacts, type SpecStanding } from "../specs/spec-standing.ts";
import { findingsSection } from "./findings-section.ts";
import type { RepositoryStanding } from "./repository-standing.ts";
import type { SessionPlan } from "./session-plan.ts";
import { agentTable, leaseTable } from "./work-tables.ts";

// What is longer fills a screen alone.
const MOST_CHARACTERS = 200;
const UNKNOWN = "It cannot be told: see what is wrong.";

/** The page of `cabinet status`: one screen, what is wrong at the top of it. */
export function statusPage(standing: RepositoryStanding, now: Date, style: Style): string {
  const { root, spec, plan, leases, agents, findings } = standing;
  const inside = { ...style, columns: lineWidth(style) };
  // Those who hold a lease are in the table of leases.
  const others = agents.filter(({ work }) => work.kind !== "lease");
  const found = findingsSection(findings, inside);
  const rest: Section[] = [
    { title: "Spec", lines: specLines(spec, inside) },
    { title: planTitle(plan), lines: planLines(plan, now, inside) },
    { title: "Open leases", lines: leaseTable(leases, { root: root.path, now }, inside) },
    ...(others.length === 0
      ? []
      : [{ title: "Also at work", lines: agentTable(others, now, inside) }]),
  ];
  return sections(findings.some(isWrong) ? [found, ...rest] : [...rest, found], style);
}

function specLines(standing: SpecStanding | null, style: Style): Line[] {
  if (standing === null) return [{ text: UNKNOWN }];
  const { active, spec, resume } = standing;
  if (active === null) return [{ text: "No spec is active." }];
  if (spec === null) return factLines([["spec", `${active} (active). ${UNKNOWN}`]], style);
  const run: Fact[] = resume === null ? [["run", UNKNOWN]] : [];
  return factLines([...specFacts({ ...standing, spec }), ...run], style);
}

function planTitle(asked: SessionPlan | null): string {
  if (asked === null || (asked.session === null && asked.plan === null)) return "Plan";
  return asked.session === null ? "The last plan filed" : "Plan of the session";
}

function planLines(asked: SessionPlan | null, now: Date, style: Style): Line[] {
  if (asked === null) return [{ text: UNKNOWN }];
  const { session, plan } = asked;
  if (plan === null) {
    const whose = session === null ? "" : ` for session ${session.id}`;
    return [{ text: beginningOf(`No plan is filed${whose}.`, MOST_CHARACTERS) }];
  }
  const { status, createdAt, fileExists } = plan;
  return factLines(
    [
      ["plan", plan.plan],
      ["file", `.ai/plan-${plan.plan}.md${fileExists ? "" : " (missing)"}`],
      ["status", `${status}, filed ${ageOf(createdAt, now)}`],
      ["session", sessionLabel(plan)],
    ],
    style,
  );
}

/** A line for each fact that is known, their labels in one column. */
function factLines(facts: readonly Fact[], { bold }: Style): Line[] {
  const known = facts.filter((fact): fact is readonly [string, string] => !!fact[1]);
  const width = Math.max(...known.map(([label]) => label.length));
  return known.map(([label, fact]) => ({
    lead: `${bold(label.padEnd(width))}  `,
    text: beginningOf(fact, MOST_CHARACTERS),
  }));
}
