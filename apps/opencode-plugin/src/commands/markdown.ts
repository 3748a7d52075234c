import { shownText } from "../shown-text.ts";

const LONGEST_SHOWN = 100;

/** A table in Markdown. What stands in a cell, somebody else has written: it cannot end its cell, or its row. */
export function markdownTable(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const lines = [heading, heading.map(() => "---"), ...rows.map((row) => row.map(cell))];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function cell(text: string): string {
  // Within a word it is no markup, and names are typed as they are shown.
  return shownText(text, LONGEST_SHOWN).replaceAll(
    /[\\|`<>[\]*~]|(?<![\p{L}\d])_|_(?![\p{L}\d])/gu,
    String.raw`\$&`,
  );
}

/** Text that somebody else has written, as code: it cannot end it. */
export function codeSpan(text: string): string {
  const code = shownText(text, LONGEST_SHOWN);
  const longest = Math.max(0, ...(code.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = "`".repeat(longest + 1);
  return longest === 0 ? `\`${code}\`` : `${fence} ${code} ${fence}`;
}
