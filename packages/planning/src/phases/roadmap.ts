import { type MarkdownScan, scanMarkdown } from "@x/atomic-fs/markdown";
import { isSamePhase } from "@x/registry-core/leases";

import { byteTextOf, decoded } from "../byte-text.ts";
import { archivedLines } from "./archived-lines.ts";
import { PhaseError } from "./phase-error.ts";
import { findMention } from "./phase-mention.ts";
import { type PhaseStatus, statusOfMarker } from "./phase-status.ts";

/** A phase as a line of the roadmap has it, such as `- [x] **Phase 3: Login**`. */
export interface Phase {
  /** As it is written; `01` and `1` are one phase. */
  readonly id: string;
  /** Empty where there is none. */
  readonly title: string;
  readonly status: PhaseStatus;
  /** The number of the line, from 1. */
  readonly line: number;
}

/** A line of a phase, and what an edit needs to know of it. */
export interface PhaseLine extends Phase {
  /** Where the character between the brackets is. */
  readonly markerAt: number;
  readonly isArchived: boolean;
}

export interface Roadmap extends MarkdownScan {
  /** Byte text. */
  readonly text: string;
  /** For each line. */
  readonly isArchived: readonly boolean[];
  readonly phases: readonly PhaseLine[];
}

const PHASE_LINE =
  /^([ \t]*[-*+][ \t]+\[)([ xX-])\][ \t]+\*\*Phase[ \t]+([^ \t:*]+)[ \t]*(?::|\*\*)(.*)$/;

export function parseRoadmap(bytes: Uint8Array): Roadmap {
  const text = byteTextOf(bytes);
  const scan = scanMarkdown(text);
  const isArchived = archivedLines(text, scan.lines);
  const phases = scan.lines.flatMap(({ kind, start, end }, index): PhaseLine[] => {
    const match = kind === "text" ? PHASE_LINE.exec(text.slice(start, end)) : null;
    if (match === null) return [];
    const [, before = "", marker = "", id = "", rest = ""] = match;
    const status = statusOfMarker(marker);
    if (status === undefined) return [];
    const facts = { id: decoded(id), title: titleIn(rest), status, line: index + 1 };
    const markerAt = start + before.length;
    return [{ ...facts, markerAt, isArchived: isArchived[index] === true }];
  });
  return { ...scan, text, isArchived, phases };
}

/** What is behind `Phase 3:` or `Phase 3**`, without the words that are not part of the title. */
function titleIn(rest: string): string {
  const [inside = "", ...behind] = decoded(rest).split("**");
  const title = inside.replace(/^[ \t]*:/, "").trim();
  return title === ""
    ? behind
        .join("**")
        .replace(/^[ \t]*:/, "")
        .trim()
    : title;
}

/** The phase's line outside of `<details>`. Throws `PLANNING_PHASE_NOT_FOUND`, `PLANNING_PHASE_AMBIGUOUS`. */
export function requireLine(roadmap: Roadmap, phase: string): PhaseLine {
  const lines = roadmap.phases.filter(({ id }) => isSamePhase(id, phase));
  const [line, ...others] = lines.filter(({ isArchived }) => !isArchived);
  if (line === undefined) {
    const where = lines.length > 0 ? archivedWhere(lines) : mentionWhere(roadmap, phase);
    const reason = `is not in .planning/ROADMAP.md${where}`;
    throw new PhaseError("PLANNING_PHASE_NOT_FOUND", phase, reason);
  }
  if (others.length > 0) {
    const numbers = [line, ...others].map((found) => found.line).join(", ");
    const reason = `is on several lines of .planning/ROADMAP.md: ${numbers}`;
    throw new PhaseError("PLANNING_PHASE_AMBIGUOUS", phase, reason);
  }
  return line;
}

function archivedWhere(lines: readonly PhaseLine[]): string {
  const numbers = lines.map(({ line }) => line).join(", ");
  return ` but archived: inside <details>, on line ${numbers}`;
}

/** So that nobody adds it a second time. */
function mentionWhere(roadmap: Roadmap, phase: string): string {
  const line = findMention(roadmap, phase);
  if (line === undefined) return "";
  return `: line ${line} names it, but not as \`- [ ] **Phase ${phase}: …**\``;
}
