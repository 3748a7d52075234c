import { readFileSync } from "node:fs";

/** Texts that commands print as they are: what is in them is nobody's golden answer. */

export function flowText(name: string): string {
  return textAt(`../../../../packages/planning/flows/${name}.md`);
}

export function completionScript(shell: string): string {
  return textAt(`../../completions/cabinet.${shell}`);
}

function textAt(path: string): string {
  return readFileSync(new URL(path, import.meta.url), "utf8");
}
