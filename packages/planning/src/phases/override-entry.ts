import { type MarkdownHeading, type MarkdownScan, scanMarkdown } from "@x/atomic-fs/markdown";
import { isSamePhase } from "@x/registry-core/leases";

import { encoded } from "../byte-text.ts";
import { oneLine } from "./one-line.ts";

/** That a phase was set to done without its evidence. */
export interface Override {
  /** As the roadmap has it. */
  readonly phase: string;
  readonly missing: readonly string[];
  readonly reason: string;
  readonly now: Date;
  /** When the roadmap that the phase is not done in was last changed. */
  readonly roadmapAsOf: Date;
}

interface Lessons extends MarkdownScan {
  readonly text: string;
}

const ENTRY_TITLE = /^LL-(\d{1,9})(?!\d)/;
// An id holds no blanks, but any other byte: also A0, which `\s` takes for one, and many letters end with.
const OVERRIDE_TITLE = /^LL-\d{1,9}: Phase ([^ \t]*) was set to done without its evidence$/;
const DEFAULT_LEVEL = 2;

/**
 * The lessons learned (byte text; undefined: there are none yet) with an entry for the override at their
 * end, and its name. No `text`: the entry is there already. Undefined where an entry at the end would
 * not be one.
 *
 * The entry comes first, the roadmap second. Who is killed in between leaves an entry of a transition that
 * was never made: the roadmap is still the one that the entry names. The same override has it for its own.
 */
export function withOverride(
  text: string | undefined,
  override: Override,
): { readonly name: string; readonly text?: string } | undefined {
  const lessons = scanned(text ?? "");
  const unmade = lessons.headings.find((heading) => isUnmade(lessons, heading, override));
  if (unmade !== undefined) return { name: nameIn(unmade) };
  const entries = lessons.headings.filter(({ title }) => ENTRY_TITLE.test(title));
  const largest = entries.reduce((most, heading) => Math.max(most, numberIn(heading)), 0);
  const name = `LL-${largest + 1}`;
  const level = entries.at(-1)?.level ?? DEFAULT_LEVEL;
  const made = appended(text ?? "# Lessons learned\n", entryLines(name, level, override));
  const last = scanned(made).headings.at(-1);
  return last?.title === titleOf(name, override) ? { name, text: made } : undefined;
}

function scanned(text: string): Lessons {
  return { text, ...scanMarkdown(text) };
}

function numberIn({ title }: MarkdownHeading): number {
  return Number(ENTRY_TITLE.exec(title)?.[1] ?? 0);
}

function nameIn({ title }: MarkdownHeading): string {
  return title.slice(0, title.indexOf(":"));
}

function isUnmade(lessons: Lessons, heading: MarkdownHeading, override: Override): boolean {
  const phase = OVERRIDE_TITLE.exec(heading.title)?.[1];
  if (phase === undefined || !isSamePhase(phase, inline(override.phase))) return false;
  const items = itemsBelow(lessons, heading);
  return [roadmapItem, reasonItem].every((item) => items.includes(item(override)));
}

/** The lines of the list right below the heading. */
function itemsBelow({ text, lines }: Lessons, { last }: MarkdownHeading): string[] {
  const items: string[] = [];
  for (let index = last + 1; index < lines.length; index += 1) {
    const line = text.slice(lines[index]?.start, lines[index]?.end);
    if (line.startsWith("- ")) items.push(line);
    else if (line !== "" || items.length > 0) break;
  }
  return items;
}

function entryLines(name: string, level: number, override: Override): string[] {
  return [
    `${"#".repeat(level)} ${titleOf(name, override)}`,
    "",
    `- Date: ${override.now.toISOString()}`,
    roadmapItem(override),
    `- Missing: ${override.missing.map(inline).join("; ")}`,
    reasonItem(override),
  ];
}

function titleOf(name: string, { phase }: Override): string {
  return `${name}: Phase ${inline(phase)} was set to done without its evidence`;
}

function roadmapItem({ roadmapAsOf }: Override): string {
  return `- Roadmap as of: ${roadmapAsOf.toISOString()}`;
}

function reasonItem({ reason }: Override): string {
  return `- Reason: ${inline(reason)}`;
}

/** As part of one line, as byte text, with nothing that could open a tag or a comment. */
function inline(text: string): string {
  return encoded(oneLine(text).replaceAll("<", "&lt;"));
}

/** Below a blank line, with the line ends of the text. */
function appended(text: string, lines: readonly string[]): string {
  const lineEnd = /\r\n|\r|\n/.exec(text)?.[0] ?? "\n";
  const isEnded = text === "" || /[\r\n]$/.test(text);
  const isBlank = text === "" || /(?:\r\n|\r(?!\n)|\n)[ \t]*(?:\r\n|\r|\n)$/.test(text);
  const gap = (isEnded ? "" : lineEnd) + (isBlank ? "" : lineEnd);
  return `${text}${gap}${lines.join(lineEnd)}${lineEnd}`;
}
