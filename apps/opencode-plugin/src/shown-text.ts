import { printable } from "@x/registry-core/text";

/** A text that somebody else has written, of any length, safe for a screen: its beginning with `…` where it is longer. */
export function shownText(text: string, mostCharacters: number): string {
  return printable(text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text);
}
