import type { MarkdownEdit } from "@x/atomic-fs";

import { assertBody, assertTitle } from "./agent-text.ts";
import { fromBytes, type MarkdownLog } from "./markdown-log.ts";
import { invalid } from "./run-fault.ts";

/** What is to stand in `STATE.md`. */
export interface StateChanges {
  /** Lines `Name: value`, by their names. */
  readonly fields?: Readonly<Record<string, string>> | undefined;
  /** The content of sections, by their headings. */
  readonly sections?: Readonly<Record<string, string>> | undefined;
}

/** That of a new file. */
export const STATE_START = "# State\n";

const MOST_EDITS = 200;

/** Throws `RunFault` for what cannot be a field or a section. */
export function assertStateChanges({ fields = {}, sections = {} }: StateChanges): void {
  const count = Object.keys(fields).length + Object.keys(sections).length;
  if (count === 0) throw invalid("there is no field and no section to write");
  if (count > MOST_EDITS) throw invalid(`there are more than ${MOST_EDITS} fields and sections`);
  for (const [name, value] of Object.entries(fields)) {
    assertTitle("name of a field", name);
    if (value !== "") assertTitle(`value of the field ${JSON.stringify(name)}`, value);
  }
  for (const [heading, body] of Object.entries(sections)) {
    assertTitle("heading of a section", heading);
    assertBody(`body of the section ${JSON.stringify(heading)}`, body);
  }
}

/** The edits that make them, of a file as it is: a field that is new stands at its top, not in its last section. */
export function stateEdits(
  log: MarkdownLog,
  { fields = {}, sections = {} }: StateChanges,
): MarkdownEdit[] {
  const top = topOf(log);
  return [
    ...Object.entries(fields).map(([field, value]) =>
      top === undefined || hasField(log, field) ? { field, value } : { field, value, section: top },
    ),
    ...Object.entries(sections).map(([heading, body]) => ({ heading, body })),
  ];
}

function hasField({ lines, text }: MarkdownLog, field: string): boolean {
  return lines.some(
    ({ kind, start, end }) =>
      kind === "text" && fromBytes(text.slice(start, end)).startsWith(`${field}:`),
  );
}

/** The title of the file, where it is one. */
function topOf({ headings }: MarkdownLog): string | undefined {
  const [first] = headings;
  const same = headings.filter(({ level, title }) => level === 1 && title === first?.title);
  return first?.level === 1 && same.length === 1 ? `# ${fromBytes(first.title)}` : undefined;
}
