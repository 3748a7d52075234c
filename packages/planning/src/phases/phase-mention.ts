import { isSamePhase } from "@x/registry-core/leases";

import { decoded } from "../byte-text.ts";
import type { Roadmap } from "./roadmap.ts";

// The word at the beginning, behind the marks of lists, boxes, quotes, headings, tables and emphasis.
const NAMED = /^(?:[ \t>#|*_~`+-]|\d{1,9}[.)](?=[ \t])|\[[^\][]?\])*Phase[ \t]+([^ \t:|*_~`]+)/i;
// An en dash and an em dash, as bytes.
const DASH = /\xE2\x80[\x93\x94]/;
// Tried once for each run of them.
const ENDING = /(?<![.,;)\]])[.,;)\]]+$/;

/**
 * The number of the line that names the phase in another form than that of a phase; that of its section
 * only where no other does. Undefined: none does, but for code, comments and archives.
 */
export function findMention(roadmap: Roadmap, phase: string): number | undefined {
  const { text, lines, isArchived } = roadmap;
  const named = lines.flatMap(({ start, end, kind }, index) => {
    if (kind === "opaque" || isArchived[index] === true) return [];
    const id = idIn(text.slice(start, end));
    return id !== undefined && isSamePhase(id, phase) ? [{ kind, number: index + 1 }] : [];
  });
  return (named.find(({ kind }) => kind === "text") ?? named[0])?.number;
}

/** Without what may stand right behind it, such as in `Phase 4.` or `Phase 4—Docs`. */
function idIn(line: string): string | undefined {
  const word = NAMED.exec(line)?.[1]?.split(DASH, 1)[0];
  return word && decoded(word.replace(ENDING, ""));
}
