import { scanMarkdown } from "@x/atomic-fs/markdown";

import { decoded, encoded } from "../byte-text.ts";
import { appended, linesBetween, type MarkdownLog } from "./markdown-log.ts";
import { type LineRange, spliced } from "./markdown-splice.ts";
import { damaged, invalid, type RunFault } from "./run-fault.ts";

/** A section that is there. */
interface Section {
  readonly level: number;
  /** Those below its heading, up to the next one as high. */
  readonly lines: LineRange;
}

const DEFAULT_LEVEL = 2;

/** The section of that heading, which may have number signs; undefined without one. Throws `RunFault` for several. */
export function sectionNamed(log: MarkdownLog, asked: string): Section | undefined {
  const { level, title } = headingOf(asked);
  const found = log.headings.filter(
    (heading) => heading.title === title && heading.level === (level ?? heading.level),
  );
  const [heading] = found;
  if (heading === undefined) return undefined;
  if (found.length > 1) {
    const reason = `it has ${found.length} sections ${JSON.stringify(decoded(title))}`;
    throw damaged(`${reason}, and which one is meant cannot be told`);
  }
  const next = log.headings.find(
    (other) => other.first > heading.last && other.level <= heading.level,
  );
  const lines = { first: heading.last + 1, end: next?.first ?? log.lines.length };
  return { level: heading.level, lines };
}

/** The lines of a section, without the blank ones around them. Throws as `sectionNamed`. */
export function contentOf(log: MarkdownLog, asked: string): string[] | undefined {
  const section = sectionNamed(log, asked);
  return section && trimmed(linesBetween(log, section.lines.first, section.lines.end));
}

/** The lines of a body, as they are to stand in a section. */
export function bodyLines(body: string): string[] {
  return trimmed(body.split(/\r\n?|\n/));
}

/**
 * The log with `body` as the content of the section, which is added at the end where it is not there. Throws
 * `RunFault` for a body that would reach beyond it, and for two such sections.
 */
export function withSection(log: MarkdownLog, asked: string, body: string): MarkdownLog {
  if (headingOf(asked).title === "") throw noHeading(asked);
  const there = sectionNamed(log, asked) === undefined ? withHeading(log, asked) : log;
  const section = sectionNamed(there, asked);
  if (section === undefined) throw noHeading(asked);
  const { level, lines } = section;
  const content = bodyLines(body).map(encoded);
  const isLast = lines.end === there.lines.length;
  const text = [...(content.length > 0 ? ["", ...content] : []), ...(isLast ? [] : [""])];
  const changed = spliced(there, lines, text, (_, inside) => inside.every((one) => one > level));
  if (changed !== undefined) return changed;
  const reason = "by a heading, or code or a comment that is not closed";
  throw invalid(`the body would change what is around ${JSON.stringify(asked)}: ${reason}`);
}

function withHeading(log: MarkdownLog, asked: string): MarkdownLog {
  const { level, title } = headingOf(asked);
  return appended(log, [decoded(`${"#".repeat(level ?? DEFAULT_LEVEL)} ${title}`)]);
}

function headingOf(asked: string): { readonly level: number | undefined; readonly title: string } {
  const line = encoded(asked.trim());
  const [heading] = scanMarkdown(line).headings;
  return heading ?? { level: undefined, title: line };
}

function noHeading(asked: string): RunFault {
  return invalid(`${JSON.stringify(asked)} is no heading in Markdown`);
}

function trimmed(lines: readonly string[]): string[] {
  const isText = (line: string): boolean => /[^ \t]/.test(line);
  return lines.slice(Math.max(lines.findIndex(isText), 0), lines.findLastIndex(isText) + 1);
}
