/** Within which quotes a text ends: those that were opened and not closed yet. */
export type OpenQuote = "" | "'" | '"';

/** A command line of bash, read as far as it goes. */
export interface BashLine {
  /** What the words mean, the last one being typed; variables are left as they are. */
  readonly words: readonly string[];
  /** The last word as it stands in the line. */
  readonly raw: string;
}

/** Splits a line as bash does. One that is not complete is read as if it were. */
export function readBashLine(line: string): BashLine {
  const words: string[] = [];
  let rest = line.replace(BLANKS, "");
  for (;;) {
    const { value, length } = readWord(rest);
    words.push(value);
    const raw = rest.slice(0, length);
    if (length === rest.length) return { words, raw };
    rest = rest.slice(length).replace(BLANKS, "");
  }
}

const BLANKS = /^(?:[ \t\n]|\\\n)+/;

/** The word that the text begins with: what it means, how long it is, and the quotes in which it ends. */
export function readWord(text: string): { value: string; length: number; open: OpenQuote } {
  let value = "";
  let open: OpenQuote = "";
  let at = 0;
  while (at < text.length) {
    const character = text[at] ?? "";
    const next = text[at + 1] ?? "";
    if (open === "" && /[ \t\n]/.test(character)) break;
    const isEscape = character === "\\" && open !== "'";
    if (isEscape && (open === "" || /["\\$`\n]/.test(next))) {
      // At the end of the line it is the half of something.
      value += next === "\n" ? "" : next;
      at += next === "" ? 1 : 2;
      continue;
    }
    if (character === open) open = "";
    else if (open === "" && (character === "'" || character === '"')) open = character;
    else value += character;
    at += 1;
  }
  return { value, length: at, open };
}

/** The text so that bash means it by that, behind what has opened those quotes. It does not close them. */
export function quoteForBash(text: string, open: OpenQuote): string {
  switch (open) {
    case "'":
      return text.replaceAll("'", String.raw`'\''`);
    case '"':
      // An interactive bash looks for earlier commands behind `!`, also in these quotes.
      return text.replaceAll(/["\\$`]/g, String.raw`\$&`).replaceAll("!", `"'!'"`);
    case "":
      return text.replaceAll(/[^\p{L}\p{M}\p{N}_./,:=@%+-]/gu, String.raw`\$&`);
  }
}
