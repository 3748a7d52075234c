import { printable, printableLines } from "@x/registry-core/text";
import type { ActivityEntry } from "@x/tracker";

import type { Style } from "../command.ts";

/** An entry of an agent's journal over some lines; what it does not say has none. */
export function activityLines(entry: ActivityEntry, style: Style): string {
  const { timestamp, task, actions, outcome, decisions } = entry;
  return entryLines(
    timestamp,
    task,
    [
      ["actions", actions],
      ["outcome", outcome],
      ["decisions", decisions],
    ],
    style,
  );
}

/** A time and what it is about; below that, what else there is to tell. Safe for a terminal. */
export function entryLines(
  time: string,
  title: string,
  notes: readonly (readonly [label: string, note: string])[],
  style: Style,
): string {
  const head = `${style.dim(printable(time))}  ${indented(title)}`;
  const said = notes.filter(([, note]) => note.trim() !== "");
  return [head, ...said.map(([label, note]) => `  ${style.bold(label)}: ${indented(note)}`)].join(
    "\n",
  );
}

/** The lines behind the first one stand below it. */
function indented(text: string): string {
  return printableLines(text.trimEnd()).replaceAll("\n", "\n    ");
}
