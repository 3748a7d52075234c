import {
  markerOf,
  type PhaseStatus,
  type PhaseStatusWord,
  statusOfMarker,
  statusOfWord,
} from "./phase-status.ts";

const MARKER = /\[([ xX-])\](?![([])/;
// At the beginning, or behind the marker; in any emphasis.
const WORD =
  /^((?:[ \t`*_]|\[[ xX-]\])*)(not[ _-]started|todo|in[ _-]progress|done|completed?)(?![a-z0-9-]|_[a-z0-9])/i;
// Tried once for each run of blanks.
const BLANK_END = /(?<![ \t])[ \t]+$/;

/**
 * What is behind `**Status**:`, with the status in the place and the form of the one that is there: the
 * character of a marker, a word in its spelling. Any other value gives way to the word. A comment stays.
 */
export function withStatus(value: string, status: PhaseStatusWord): string {
  const comment = value.indexOf("<!--");
  const own = comment === -1 ? value : value.slice(0, comment);
  const tail = value.slice(own.length);
  const marked = withMarker(own, statusOfWord(status));
  const match = WORD.exec(marked);
  if (match !== null) {
    const [whole, before = "", word = ""] = match;
    const isSame = statusOfSpelling(word) === statusOfWord(status);
    const spelled = isSame ? word : spelledAs(word, status);
    return before + spelled + marked.slice(whole.length) + tail;
  }
  return (MARKER.test(own) ? marked : withWordAlone(own, status)) + tail;
}

function withMarker(text: string, status: PhaseStatus): string {
  const match = MARKER.exec(text);
  if (match === null || statusOfMarker(match[1] ?? "") === status) return text;
  const at = match.index + 1;
  return text.slice(0, at) + markerOf(status) + text.slice(at + 1);
}

/** Between the blanks that are there. */
function withWordAlone(text: string, status: PhaseStatusWord): string {
  const before = /^[ \t]*/.exec(text)?.[0] ?? "";
  const word = spelledAs("Done", status);
  if (before === text) return ` ${word}${text}`;
  return (before || " ") + word + (BLANK_END.exec(text)?.[0] ?? "");
}

function statusOfSpelling(word: string): PhaseStatus {
  switch (word.charAt(0).toLowerCase()) {
    case "i":
      return "in_progress";
    case "d":
    case "c":
      return "done";
    default:
      return "not_started";
  }
}

/** As `sample` is written: its capitals, and what is between two words. */
function spelledAs(sample: string, status: PhaseStatusWord): string {
  const isCapital = /^[A-Z]/.test(sample);
  const separator = /[ _-]/.exec(sample)?.[0] ?? (isCapital ? " " : "_");
  const words = status.split("_");
  if (isCapital && sample === sample.toUpperCase()) return words.join(separator).toUpperCase();
  const isTitle = /[ _-][A-Z]/.test(sample);
  return words
    .map((word, index) => ((index === 0 ? isCapital : isTitle) ? capitalised(word) : word))
    .join(separator);
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
