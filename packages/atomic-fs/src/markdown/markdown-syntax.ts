export const THEMATIC_BREAK = /^(?:(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|(?:-[ \t]*){3,})$/;
export const SETEXT_UNDERLINE = /^(?:=+|-+)[ \t]*$/;
export const FENCE = /^(?:`{3,}(?=[^`]*$)|~{3,})/;

// The seven kinds of HTML blocks (https://spec.commonmark.org/0.31.2/#html-blocks). Without the flag
// `u`, `i` concerns ASCII letters only, as it must on bytes.
export const RAW_BLOCKS: readonly (readonly [start: RegExp, end: RegExp])[] = [
  [/^<(?:pre|script|style|textarea)(?:[ \t>]|$)/i, /<\/(?:pre|script|style|textarea)>/i],
  [/^<!--/, /-->/],
  [/^<\?/, /\?>/],
  [/^<![A-Za-z]/, />/],
  [/^<!\[CDATA\[/, /\]\]>/],
];
export const HTML_BLOCK =
  /^<\/?(?:address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul)(?:[ \t]|\/?>|$)/i;
const ATTRIBUTE = String.raw`[ \t]+[A-Za-z_:][\w.:-]*(?:[ \t]*=[ \t]*(?:[^ \t"'=<>${"`"}]+|'[^']*'|"[^"]*"))?`;
const TAG = String.raw`[A-Za-z][A-Za-z0-9-]*`;
export const HTML_TAG = new RegExp(
  String.raw`^<(?:\/${TAG}[ \t]*|${TAG}(?:${ATTRIBUTE})*[ \t]*\/?)>[ \t]*$`,
);

const LABEL = String.raw`\[((?:[^[\]\\]|\\[^]){1,999})\]:`;
const DESTINATION = String.raw`(?:<(?:[^<>\\\n]|\\[^\n])*>|(?!<)([^\x00-\x20\x7F]+))`;
const LINK_TITLE = String.raw`(?:"[^"\\]*(?:\\[^][^"\\]*)*"|'[^'\\]*(?:\\[^][^'\\]*)*'|\([^()\\]*(?:\\[^][^()\\]*)*\))`;
const GAP = String.raw`[ \t]*(?:\n[ \t]*)?`;
const DEFINITION = new RegExp(
  `${LABEL}${GAP}${DESTINATION}(?:(?=[ \\t\\n])${GAP}${LINK_TITLE})?[ \\t]*(?:\\n|$)`,
  "y",
);

/** The heading that a line with number signs is; undefined: it is none. */
export function parseHeading(line: string): { level: number; title: string } | undefined {
  const marks = /^#{1,6}(?=[ \t]|$)/.exec(line)?.[0];
  if (marks === undefined) return undefined;
  const content = trimBlanks(line.slice(marks.length));
  let end = content.length;
  while (content[end - 1] === "#") end -= 1;
  const isClosed = end === 0 || isBlank(content[end - 1]);
  return { level: marks.length, title: isClosed ? trimBlanks(content.slice(0, end)) : content };
}

/** Without spaces and tabs around it. What else counts as white space in Unicode is other bytes here. */
export function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text[start])) start += 1;
  while (end > start && isBlank(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

export function isBlank(character: string | undefined): boolean {
  return character === " " || character === "\t";
}

/** How much of a paragraph's beginning is link definitions, which are no text for a heading. */
export function definitionsLength(paragraph: string): number {
  let end = 0;
  for (;;) {
    DEFINITION.lastIndex = end;
    const match = DEFINITION.exec(paragraph);
    if (match === null) return end;
    const [whole, label = "", destination = ""] = match;
    if (!/[^ \t\n]/.test(label) || !isBalanced(destination)) return end;
    end += whole.length;
  }
}

function isBalanced(destination: string): boolean {
  let depth = 0;
  for (const [part] of destination.matchAll(/\\[^]|[()]/g)) {
    if (part === "(") depth += 1;
    if (part === ")") depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}
