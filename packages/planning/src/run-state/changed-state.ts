import type { MarkdownLog } from "./markdown-log.ts";
import { invalid, type RunFault } from "./run-fault.ts";
import type { StateChanges } from "./state-changes.ts";
import { fieldNamed, type FieldPlaces, withField } from "./state-fields.ts";
import { bodyLines, contentOf, sectionNamed, withSection } from "./state-sections.ts";

/**
 * `STATE.md` with the changes: all of them are in what is given. The sections come first, outer ones before those
 * in them. What stands in one of them is no field; a field that is not there goes to the top. Throws `RunFault`.
 */
export function changedState(log: MarkdownLog, changes: StateChanges): MarkdownLog {
  const { fields = {}, sections = {} } = changes;
  const headings = Object.keys(sections);
  let changed = log;
  for (const heading of headings.toSorted(
    (one, other) => levelOf(log, one) - levelOf(log, other),
  )) {
    changed = withSection(changed, heading, sections[heading] ?? "");
  }
  for (const [name, value] of Object.entries(fields)) {
    changed = withField(changed, { name, value }, placesIn(changed, headings));
  }
  assertHolds(changed, fields, sections);
  return changed;
}

/** Those that are not there come last. */
function levelOf(log: MarkdownLog, heading: string): number {
  return sectionNamed(log, heading)?.level ?? Number.MAX_SAFE_INTEGER;
}

/** The top is the part of the title, or where there is none what comes before the first heading. */
function placesIn(log: MarkdownLog, replaced: readonly string[]): FieldPlaces {
  const hidden = replaced.flatMap((heading) => sectionNamed(log, heading)?.lines ?? []);
  const [title, next] = log.headings;
  const isReplaced = hidden.some(({ first }) => first === (title?.last ?? 0) + 1);
  const below = title?.level === 1 && !isReplaced ? next : title;
  return { hidden, top: below?.first ?? log.lines.length };
}

/** One change may be where another one is to be: then neither is made. */
function assertHolds(
  log: MarkdownLog,
  fields: Readonly<Record<string, string>>,
  sections: Readonly<Record<string, string>>,
): void {
  const places = placesIn(log, Object.keys(sections));
  for (const [heading, body] of Object.entries(sections)) {
    const content = contentOf(log, heading) ?? [];
    const isThere = bodyLines(body).every((line, index) => line === content[index]);
    if (!isThere) throw conflicting("section", heading);
  }
  for (const [name, value] of Object.entries(fields)) {
    if (fieldNamed(log, name, places) !== value.trim()) throw conflicting("field", name);
  }
}

function conflicting(what: string, name: string): RunFault {
  return invalid(`the ${what} ${JSON.stringify(name)} is where another change is to be`);
}
