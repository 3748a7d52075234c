import { printable } from "@x/registry-core/text";

/** The text, safe for a terminal; its beginning with `…` where it is longer than that. */
export function beginningOf(text: string, mostCharacters: number): string {
  const safe = printable(text.slice(0, mostCharacters + 1));
  return safe.length <= mostCharacters ? safe : `${safe.slice(0, mostCharacters).toWellFormed()}…`;
}
