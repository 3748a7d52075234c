import { scanMarkdown } from "@x/atomic-fs/markdown";

import { encoded } from "../byte-text.ts";
import { assertBody, assertTitle } from "./agent-text.ts";
import { invalid } from "./run-fault.ts";
import { plainName } from "./state-fields.ts";

/** What is to stand in `STATE.md`. */
export interface StateChanges {
  /** Lines `Name: value`, by their names. */
  readonly fields?: Readonly<Record<string, string>> | undefined;
  /** The content of sections, by their headings. */
  readonly sections?: Readonly<Record<string, string>> | undefined;
}

/** That of a new file. */
export const STATE_START = "# State\n";

const MOST_CHANGES = 200;

/** Throws `RunFault` for what cannot be a field or a section. */
export function assertStateChanges({ fields = {}, sections = {} }: StateChanges): void {
  const names = Object.keys(fields);
  const headings = Object.keys(sections);
  const count = names.length + headings.length;
  if (count === 0) throw invalid("there is no field and no section to write");
  if (count > MOST_CHANGES)
    throw invalid(`there are more than ${MOST_CHANGES} fields and sections`);
  for (const [name, value] of Object.entries(fields)) assertField(name, value);
  for (const [heading, body] of Object.entries(sections)) {
    assertTitle("heading of a section", heading);
    assertBody(`body of the section ${JSON.stringify(heading)}`, body);
  }
  assertEachOnce(names.map(plainName), "field");
}

function assertField(name: string, value: string): void {
  assertTitle("name of a field", name);
  const what = JSON.stringify(name);
  if (name.trim() !== name)
    throw invalid(`the name of the field ${what} begins or ends with a space`);
  // `Time 10:30: x` would be the field `Time 10` as well.
  if (plainName(name).includes(":")) throw invalid(`the name of the field ${what} holds a colon`);
  if (value === "") return;
  assertTitle(`value of the field ${what}`, value);
  const [, below] = scanMarkdown(`Name: ${encoded(value)}\nbelow\n`).lines;
  if (below?.kind !== "text")
    throw invalid(`the value of the field ${what} holds a comment that is not closed`);
}

function assertEachOnce(names: readonly string[], what: string): void {
  const again = names.find((name, index) => names.indexOf(name) < index);
  if (again !== undefined) throw invalid(`the ${what} ${JSON.stringify(again)} is given twice`);
}
