import { printable } from "@x/registry-core/text";

import type { Style } from "../command.ts";

/** One line of a page: what it is, and what is known; nothing is shown of what is not known. */
export type Fact = readonly [label: string, fact: string | null | undefined];

/** A page of facts, one a line, their labels in one column. Safe for a terminal. */
export function factList(facts: readonly Fact[], style: Style): string {
  const shown = facts.filter((fact): fact is readonly [string, string] => !!fact[1]);
  const width = Math.max(...shown.map(([label]) => label.length));
  return shown
    .map(([label, fact]) => `${style.bold(label.padEnd(width))}  ${printable(fact)}`)
    .join("\n");
}
