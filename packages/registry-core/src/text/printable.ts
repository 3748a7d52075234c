// Control characters, those that turn the direction of writing, ends of lines that are none of ASCII, and
// what nobody sees.
const UNSAFE = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

/** Text that agents wrote, safe for a terminal: what could act on it is shown as its code point. */
export function printable(text: string): string {
  return text.replaceAll(UNSAFE, (character) => `\\u{${hexOf(character)}}`);
}

/** The same as `printable` for a text of several lines: its tabs stay, and its line ends as line feeds. */
export function printableLines(text: string): string {
  const safe = (character: string): string =>
    character === "\n" || character === "\t" ? character : printable(character);
  return text.replaceAll("\r\n", "\n").replaceAll(UNSAFE, safe);
}

/**
 * A JSON text, safe for a terminal: what could act on it is escaped, and its value stays what it is. Line
 * feeds between its parts stay.
 */
export function escapeControls(json: string): string {
  return json.replaceAll(UNSAFE, (character) =>
    character === "\n" ? character : `\\u${hexOf(character).padStart(4, "0")}`,
  );
}

function hexOf(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16);
}
