import type { MarkdownHeading } from "@x/atomic-fs/markdown";
import { isSamePhase } from "@x/registry-core/leases";

import { encoded } from "../byte-text.ts";
import { markerOf, type PhaseStatusWord, statusOfWord } from "./phase-status.ts";
import type { PhaseLine, Roadmap } from "./roadmap.ts";
import { withStatus } from "./status-value.ts";

// Indented further without a list it is code.
const STATUS_LABEL = /^(?: {0,3}|[ \t]*[-*+][ \t]+)\*\*Status(?:\*\*:|:\*\*)/;
// The em dash is three bytes.
const PHASE_TITLE = /^(?:\*\*)?Phase[ \t]+([^ \t\n:*]+)/;
// Tried once for each run of them.
const ENDING = /(?<![.,;)])[.,;)]+$/;
const EM_DASH = "\xE2\x80\x94";

/**
 * The roadmap's text with the phase at that status: the character between the brackets of its line, and
 * what its section says behind the first `**Status**:`, if it says so. Every other byte stays.
 */
export function withPhaseStatus(
  roadmap: Roadmap,
  line: PhaseLine,
  status: PhaseStatusWord,
): string {
  const { text } = roadmap;
  const edits: Edit[] = [statusEdit(roadmap, line.id, status) ?? []].flat();
  if (line.status !== statusOfWord(status)) {
    const { markerAt } = line;
    edits.push({ start: markerAt, end: markerAt + 1, text: markerOf(statusOfWord(status)) });
  }
  return edits
    .toSorted((one, other) => other.start - one.start)
    .reduce((made, edit) => made.slice(0, edit.start) + edit.text + made.slice(edit.end), text);
}

/** What is between `start` and `end` becomes `text`. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

function statusEdit(roadmap: Roadmap, phase: string, status: PhaseStatusWord): Edit | undefined {
  const { text, lines, isArchived } = roadmap;
  for (const [first, end] of sectionsOf(roadmap, phase)) {
    for (let index = first; index < end; index += 1) {
      const line = lines[index];
      if (line?.kind !== "text" || isArchived[index] === true) continue;
      const content = text.slice(line.start, line.end);
      const label = STATUS_LABEL.exec(content)?.[0];
      if (label === undefined) continue;
      const value = content.slice(label.length);
      return { start: line.start + label.length, end: line.end, text: withStatus(value, status) };
    }
  }
  return undefined;
}

/** From its first line to the one behind its last. */
type Section = readonly [first: number, end: number];

/** The lines of the phase's sections, each from its heading to the next one of its level or of a phase. */
function sectionsOf({ headings, lines, isArchived }: Roadmap, phase: string): Section[] {
  const asked = encoded(phase);
  const sections: Section[] = [];
  // There is one at most: the next heading of a phase ends it.
  let open: MarkdownHeading | undefined;
  for (const heading of headings) {
    if (isArchived[heading.first] === true) continue;
    const id = phaseIn(heading);
    if (open !== undefined && (id !== undefined || heading.level <= open.level)) {
      sections.push([open.last + 1, heading.first]);
      open = undefined;
    }
    if (id !== undefined && isSamePhase(id, asked)) open = heading;
  }
  return open === undefined ? sections : [...sections, [open.last + 1, lines.length]];
}

/** The id in a title such as `Phase 3: Login`, `Phase 3. Login` or `Phase 3 — Login`. */
function phaseIn({ title }: MarkdownHeading): string | undefined {
  const word = PHASE_TITLE.exec(title)?.[1]?.split(EM_DASH, 1)[0];
  return word?.replace(ENDING, "");
}
