import type { Quotes } from "./shell-frames.ts";

const NAMED: ReadonlyMap<string, string> = new Map([
  ["a", "\x07"],
  ["b", "\b"],
  ["e", "\x1b"],
  ["E", "\x1b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["v", "\v"],
  ["\\", "\\"],
  ["'", "'"],
  ['"', '"'],
  ["?", "?"],
]);

const ESCAPE =
  /\\(?:x([\dA-Fa-f]{1,2})|u([\dA-Fa-f]{1,4})|U([\dA-Fa-f]{1,8})|([0-7]{1,3})|c([^])|([^]))/g;
const LARGEST_CODE_POINT = 0x10_ffff;

/**
 * What stands between `$'` and `'`, with its escapes resolved as bash does it. As there, the text ends at
 * a NUL. A byte above 127 is the character of that number.
 */
function resolveEscapes(body: string): string {
  if (!body.includes("\\")) return body;
  const text = body.replaceAll(
    ESCAPE,
    (
      whole: string,
      hex?: string,
      short?: string,
      long?: string,
      octal?: string,
      control?: string,
      named?: string,
    ) => {
      const digits = hex ?? short ?? long;
      if (digits !== undefined) return characterOf(Number.parseInt(digits, 16));
      if (octal !== undefined) return characterOf(Number.parseInt(octal, 8) & 0xff);
      if (control !== undefined) return controlOf(control);
      return NAMED.get(named ?? "") ?? whole;
    },
  );
  const end = text.indexOf("\0");
  return end === -1 ? text : text.slice(0, end);
}

function characterOf(code: number): string {
  return code > LARGEST_CODE_POINT ? "" : String.fromCodePoint(code);
}

function controlOf(character: string): string {
  return character === "?" ? "\x7f" : characterOf(character.charCodeAt(0) & 0x1f);
}

/** A quoted part of a shell text. */
export interface Quoted {
  /** What it stands for. */
  readonly text: string;
  /** Where it ends: the place of the first character behind it. */
  readonly end: number;
}

/** The `'…'` that begins at `start`. */
export function singleQuoted(text: string, start: number): Quoted {
  const found = text.indexOf("'", start + 1);
  const close = found === -1 ? text.length : found;
  return { text: text.slice(start + 1, close), end: close + 1 };
}

/** The `$'…'` that begins at `start`. */
export function escapeQuoted(text: string, start: number): Quoted {
  const close = closingPlace(text, start + 2, "'");
  return { text: resolveEscapes(text.slice(start + 2, close)), end: close + 1 };
}

/** The backslash at `start` and what it stands before, outside quotes or in them. */
export function backslashed(text: string, start: number, quotes: Quotes | undefined): Quoted {
  const next = text.charAt(start + 1);
  const isEscape = quotes === undefined || !quotes.isDouble || '$`"\\}'.includes(next);
  const isKept = next === "" || !isEscape || (next === "}" && quotes?.close !== "}");
  return { text: isKept ? `\\${next}` : next, end: start + 2 };
}

/** The commands in the backticks that begin at `start`, as the shell reads them again. */
export function backticked(text: string, start: number, quotes: Quotes | undefined): Quoted {
  const close = closingPlace(text, start + 1, "`");
  const escapes = quotes?.isDouble === true ? /\\([\\`$"])/g : /\\([\\`$])/g;
  return { text: text.slice(start + 1, close).replaceAll(escapes, "$1"), end: close + 1 };
}

/** Where the quote that begins before `start` ends: the place of `close` that no backslash stands before, or the end. */
function closingPlace(text: string, start: number, close: string): number {
  for (let place = start; place < text.length; place += 1) {
    if (text[place] === "\\") place += 1;
    else if (text[place] === close) return place;
  }
  return text.length;
}
