import { usageError } from "../arguments.ts";
import type { Command, Invocation, Outcome } from "../command.ts";
import { ALL_CHECKS } from "../doctor/all-checks.ts";
import { Copies } from "../doctor/copies.ts";
import { findingLines, fixedLines } from "../doctor/finding-lines.ts";
import { type Found, isWrong } from "../doctor/finding.ts";
import { lookAtAll, type LookAtAll, tellable } from "../doctor/look-at-all.ts";
import { mendAll } from "../doctor/mend-all.ts";
import { placeToLookAt } from "../doctor/place-to-look-at.ts";
import { EXIT } from "../errors/exit-code.ts";
import { plural } from "../screen/plural.ts";
import { TRACKER_OPTIONS } from "../tracker/tracker-path.ts";

export const doctor: Command = {
  synopsis: "[--fix] [--dry-run]",
  example: ["cabinet doctor --fix --dry-run", "cabinet doctor --json"],
  arguments: 0,
  options: {
    fix: {
      type: "boolean",
      summary: "Mend what can be mended, keep copies, and look again",
    },
    "dry-run": { type: "boolean", summary: "With --fix: say what it would do, and change nothing" },
    ...TRACKER_OPTIONS,
  },
  run: async (invocation) => {
    const isFixing = invocation.options["fix"] === true;
    const dryRun = invocation.options["dry-run"] === true;
    if (dryRun && !isFixing) throw usageError("--dry-run goes with --fix.");
    const { onFault } = invocation;
    const { place, roots } = await placeToLookAt(invocation);
    const { checkout: root } = roots;
    const subject = {
      root,
      database: place.database ?? null,
      checks: ALL_CHECKS.map(({ id }) => id),
    };
    const before = await lookAtAll(ALL_CHECKS, place, onFault);
    if (!isFixing) return findingsOutcome(subject, before);
    announce(before.found, dryRun, invocation);
    if (dryRun) return findingsOutcome({ ...subject, dryRun, fixed: [], copies: [] }, before);
    const copies = new Copies(place);
    const fixed = await mendAll(before.found, copies, onFault);
    const after = await lookAtAll(ALL_CHECKS, place, onFault);
    const { folders } = copies;
    const outcome = findingsOutcome({ ...subject, dryRun, fixed, copies: folders }, after);
    return {
      ...outcome,
      text: (style) => [...fixedLines(fixed, style), outcome.text(style)].join("\n"),
      hint: folders.map((folder) => `Copies of what was moved or changed are in ${folder}`),
    };
  },
};

/** Said before anything is done. */
function announce(found: readonly Found[], dryRun: boolean, { say }: Invocation): void {
  const fixes = found.filter(({ fix }) => fix !== null);
  const would = dryRun ? "would fix" : "fixing";
  for (const { id, path, fix } of fixes) say(`${would} ${id}: ${path ?? ""}: ${fix}`);
  if (fixes.length === 0) say("There is nothing that --fix could do.");
}

interface FindingsOutcome extends Outcome {
  readonly text: NonNullable<Outcome["text"]>;
}

function findingsOutcome(subject: object, { found, seen }: LookAtAll): FindingsOutcome {
  const findings = found.map(tellable);
  const fixable = findings.filter(({ fix }) => fix !== null).length;
  return {
    data: { ...subject, findings },
    text: (style) => findingLines(findings, seen, style).join("\n"),
    ...(fixable > 0 && {
      hint: `\`cabinet doctor --fix\` does something about ${plural(fixable, "finding")}; with --dry-run it only says what.`,
    }),
    exitCode: findings.some(isWrong) ? EXIT.failed : EXIT.done,
  };
}
