import type { Style } from "../command.ts";
import { countsOf, paintOf } from "../doctor/finding-lines.ts";
import type { Finding } from "../doctor/finding.ts";
import { beginningOf } from "../screen/beginning-of.ts";
import type { Line, Section } from "../screen/box.ts";

// `cabinet doctor` has room for more of them, and for all of each.
const MOST_FINDINGS = 5;
const MOST_CHARACTERS = 400;

/** The worst of what was found, each with the command that looks into it, or what is next in words. */
export function findingsSection(findings: readonly Finding[], style: Style): Section {
  const title = "What is wrong";
  if (findings.length === 0) {
    const text = "Nothing, by the files alone; `cabinet doctor` looks at the database, too.";
    return { title, lines: [{ text: style.green(text) }] };
  }
  const more = findings.length - MOST_FINDINGS;
  const all = more > 0 ? `and ${more} more, in all ${countsOf(findings)}` : countsOf(findings);
  const canMend = findings.some(({ fix }) => fix !== null);
  const hint = canMend ? "What can be mended: cabinet doctor" : "More about them: cabinet doctor";
  const lines = findings.slice(0, MOST_FINDINGS).flatMap((finding) => linesOf(finding, style));
  return {
    title: findings[0]?.severity === "note" ? "Worth knowing" : title,
    lines: [...lines, { text: style.dim(`${all} ${hint}`) }],
  };
}

function linesOf({ severity, message, command, advice }: Finding, style: Style): Line[] {
  const lead = command === null && advice !== null ? "  next: " : "  look: ";
  const next = command ?? advice ?? "cabinet doctor";
  return [
    {
      lead: `${paintOf(severity, style)(severity)}: `,
      text: beginningOf(message, MOST_CHARACTERS),
    },
    { lead, text: beginningOf(next, MOST_CHARACTERS) },
  ];
}
