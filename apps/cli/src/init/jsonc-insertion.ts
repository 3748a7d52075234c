import type { Node } from "jsonc-parser";

/**
 * The text with one more item at the end of a list or an object of it. It is only added to: what is there, comments
 * too, stays byte for byte, and a comment stays behind what it is about. The text must be valid.
 */
export function insertAtEnd(text: string, container: Node, item: string): string {
  const last = container.children?.at(-1);
  return last === undefined
    ? insertAlone(text, container, item)
    : insertBehind(text, container, last, item);
}

function insertAlone(text: string, container: Node, item: string): string {
  const start = container.offset + 1;
  const end = endOf(container);
  const comment = piecesBetween(text, start, end).findLast(isComment);
  const behind = comment?.end ?? start;
  const rest = text.slice(behind, end);
  const isInline = container.type === "array" && !hasLineEnd(text.slice(start, end));
  if (isInline) return spliced(text, behind, comment === undefined ? item : ` ${item}`);
  const outer = indentationAt(text, container.offset);
  const line = `${lineEndOf(text)}${outer}${unitOf(text)}${item}`;
  return spliced(text, behind, hasLineEnd(rest) ? line : `${line}${lineEndOf(text)}${outer}`);
}

function insertBehind(text: string, container: Node, last: Node, item: string): string {
  const lastEnd = last.offset + last.length;
  const pieces = piecesBetween(text, lastEnd, endOf(container));
  const comma = pieces.find(({ kind }) => kind === "comma");
  const sameLine = sameLineFrom(pieces, comma?.end ?? lastEnd);
  const comment = sameLine.findLast(isComment);
  const behind = comment?.end ?? comma?.end ?? lastEnd;
  const isApart =
    isOnOwnLine(text, container, last) || sameLine.some(({ kind }) => kind === "line comment");
  const isInside = hasLineEnd(text.slice(container.offset, last.offset));
  const indentation = indentationAt(text, last.offset) + (isInside ? "" : unitOf(text));
  const gap = isApart ? `${lineEndOf(text)}${indentation}` : " ";
  // Who ends a list with a comma goes on doing so.
  const added = spliced(text, behind, `${gap}${item}${comma === undefined ? "" : ","}`);
  return comma === undefined ? spliced(added, lastEnd, ",") : added;
}

/** Whether a line ends between an item and what stands before it. */
function isOnOwnLine(text: string, container: Node, item: Node): boolean {
  const former = container.children?.at(-2);
  const start = former === undefined ? container.offset + 1 : former.offset + former.length;
  return hasLineEnd(text.slice(start, item.offset));
}

interface Piece {
  readonly kind: "blank" | "line end" | "line comment" | "block comment" | "comma";
  readonly start: number;
  readonly end: number;
}

/** What stands behind the last item of a valid text: no item is among it. */
const PIECES = [
  ["blank", /[ \t]+/y],
  ["line end", /\r\n|\r|\n/y],
  ["line comment", /\/\/[^\r\n]*/y],
  ["block comment", /\/\*[^]*?\*\//y],
  ["comma", /,/y],
] as const;

function piecesBetween(text: string, start: number, end: number): Piece[] {
  const pieces: Piece[] = [];
  for (let at = start; at < end; at = pieces.at(-1)?.end ?? end) {
    const piece = pieceAt(text, at);
    if (piece === undefined) throw new TypeError(`there is more than comments at ${at}`);
    pieces.push(piece);
  }
  return pieces;
}

function pieceAt(text: string, start: number): Piece | undefined {
  for (const [kind, pattern] of PIECES) {
    pattern.lastIndex = start;
    if (pattern.test(text)) return { kind, start, end: pattern.lastIndex };
  }
  return undefined;
}

function sameLineFrom(pieces: readonly Piece[], from: number): readonly Piece[] {
  const behind = pieces.filter(({ start }) => start >= from);
  const end = behind.findIndex(({ kind }) => kind === "line end");
  return end === -1 ? behind : behind.slice(0, end);
}

function isComment({ kind }: Piece): boolean {
  return kind === "line comment" || kind === "block comment";
}

/** Where the bracket is that closes it. */
function endOf({ offset, length }: Node): number {
  return offset + length - 1;
}

function spliced(text: string, at: number, added: string): string {
  return text.slice(0, at) + added + text.slice(at);
}

function hasLineEnd(text: string): boolean {
  return /[\r\n]/.test(text);
}

function lineEndOf(text: string): string {
  return /\r\n|\r|\n/.exec(text)?.[0] ?? "\n";
}

/** What the line of that place begins with. */
function indentationAt(text: string, at: number): string {
  const line = /[^\r\n]*$/.exec(text.slice(0, at))?.[0] ?? "";
  return /^[ \t]*/.exec(line)?.[0] ?? "";
}

/** By how much the text is indented once. */
function unitOf(text: string): string {
  const first = /[\r\n]([ \t]+)["{[]/.exec(text)?.[1] ?? "  ";
  return first.startsWith("\t") ? "\t" : first;
}
