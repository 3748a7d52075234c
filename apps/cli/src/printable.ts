/**
 * Text that agents wrote, safe for a terminal: control characters and those that turn the
 * direction of writing are shown as their code points, so that none reaches the screen.
 */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u{${code.toString(16)}}`;
  });
}
