import { decoded, encoded } from "../byte-text.ts";
import { isBlank, lastText, type MarkdownLog } from "./markdown-log.ts";
import { type LineRange, spliced } from "./markdown-splice.ts";
import { damaged, invalid } from "./run-fault.ts";

/** Where fields are looked for, and where a new one goes. */
export interface FieldPlaces {
  /** Lines that are no fields. */
  readonly hidden: readonly LineRange[];
  /** Where the top part ends: a field there counts before one in a section, and a new one is its last line. */
  readonly top: number;
}

/** A line that is a field: its label reaches to the colon and the marks around the name. */
interface FieldLine {
  readonly index: number;
  readonly label: string;
  readonly value: string;
}

const BULLET = /^(?:[-*+][ \t]+)?/;
const MARKS = /^(?:\*\*|__|\*|_|)/;
const EMPHASIZED = /^(\*\*|__|\*|_)(.+?)(?::\1|\1:?)$/;
// Below such a line another field may stand without a blank line between them.
const SOME_FIELD = /^(?![-*+][ \t])[^ \t>#|<`~][^:.,;!?]{0,60}:(?:[ \t*_]|$)/;

/** The name of a field without the marks of a list and of emphasis that it was given with. */
export function plainName(name: string): string {
  return name.replace(BULLET, "").replace(EMPHASIZED, "$2");
}

/** The value of a field, without blanks around it; undefined without one. Throws `RunFault` for several. */
export function fieldNamed(
  log: MarkdownLog,
  name: string,
  places: FieldPlaces,
): string | undefined {
  return lineNamed(log, name, places)?.value;
}

/** The log with the value in the line of the field, which keeps its form, or in a new one. Throws `RunFault`. */
export function withField(
  log: MarkdownLog,
  { name, value }: { readonly name: string; readonly value: string },
  places: FieldPlaces,
): MarkdownLog {
  const there = lineNamed(log, name, places);
  const text = encoded(value.trim());
  const changed =
    there === undefined ? added(log, name, text, places.top) : changedLine(log, there, text);
  if (changed !== undefined) return changed;
  throw invalid(`the field ${JSON.stringify(name)} would change what is around it`);
}

function lineNamed(log: MarkdownLog, asked: string, places: FieldPlaces): FieldLine | undefined {
  const plain = plainName(asked);
  const found = linesNamed(log, encoded(plain), places.hidden);
  const atTop = found.filter(({ index }) => index < places.top);
  const meant = atTop.length > 0 ? atTop : found;
  if (meant.length < 2) return meant[0];
  const reason = `it has ${meant.length} fields ${JSON.stringify(plain)}`;
  throw damaged(`${reason}, and which one is meant cannot be told`);
}

function linesNamed(
  { lines, text }: MarkdownLog,
  name: string,
  hidden: readonly LineRange[],
): FieldLine[] {
  return lines.flatMap(({ kind, start, end }, index) => {
    const isHidden = hidden.some((range) => index >= range.first && index < range.end);
    if (kind !== "text" || isHidden) return [];
    const line = text.slice(start, end);
    const label = labelIn(line, name);
    if (label === undefined) return [];
    return [{ index, label, value: decoded(line.slice(label.length)).trim() }];
  });
}

/** `Name:`, also in a list, and with the colon inside or outside of its emphasis. */
function labelIn(line: string, name: string): string | undefined {
  const bullet = BULLET.exec(line)?.[0] ?? "";
  const marks = MARKS.exec(line.slice(bullet.length))?.[0] ?? "";
  const labels = [marks, ""].flatMap((around) => [
    `${bullet}${around}${name}:${around}`,
    `${bullet}${around}${name}${around}:`,
  ]);
  return labels.find((label) => line.startsWith(label));
}

function changedLine(
  log: MarkdownLog,
  { index, label }: FieldLine,
  value: string,
): MarkdownLog | undefined {
  const line = log.lines[index];
  const end = hardBreakOf(log.text.slice(line?.start, line?.end));
  const text = value === "" ? label : `${label} ${value}${end}`;
  const range = { first: index, end: index + 1 };
  // A line with a rule below it is a heading in Markdown, and stays one.
  return spliced(log, range, [text], (before, after) => String(before) === String(after));
}

/** Two spaces or more at the end of a line are a line break in Markdown. */
function hardBreakOf(line: string): string {
  let end = line.length;
  while (line[end - 1] === " ") end -= 1;
  return line.length - end < 2 ? "" : line.slice(end);
}

function added(
  log: MarkdownLog,
  name: string,
  value: string,
  top: number,
): MarkdownLog | undefined {
  const label = encoded(/:(?:\*\*|__|\*|_)$/.test(name) ? name : `${name}:`);
  // Of bytes, one that is a blank by itself may be the end of a letter.
  const text = value === "" ? label : `${label} ${value}`;
  const last = lastText(log, top);
  const at = last + 1;
  const isApart = last !== -1 && !mayFollow(log, last, text);
  const isCrowded = at < log.lines.length && !isBlank(log, at);
  const lines = [...(isApart ? [""] : []), text, ...(isCrowded ? [""] : [])];
  const changed = spliced(log, { first: at, end: at }, lines, (_, after) => after.length === 0);
  const line = changed?.lines[at + lines.indexOf(text)];
  if (line?.kind === "text" && labelIn(text, encoded(plainName(name))) !== undefined) {
    return changed;
  }
  if (log.isOpen && at >= lastText(log, log.lines.length)) {
    throw damaged("it holds code or a comment that is not closed: nothing can be added there");
  }
  throw invalid(`${JSON.stringify(name)} is no field in Markdown`);
}

function mayFollow({ lines, text }: MarkdownLog, index: number, content: string): boolean {
  const line = lines[index];
  const above = text.slice(line?.start, line?.end);
  // A comment may begin above, and not end there.
  const areFields = [above, content].every((one) => SOME_FIELD.test(one) && !one.includes("<!--"));
  return line?.kind === "text" && areFields;
}
