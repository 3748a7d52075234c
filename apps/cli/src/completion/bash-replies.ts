import { quoteForBash, readWord } from "./bash-line.ts";
import type { Candidate } from "./offer.ts";

/**
 * The candidates as bash puts them into a line: quoted, and without what stays there. Of the word that is typed
 * (`raw`) bash replaces only the end (`replaced`): what stands behind an opened quote, or a `:` or `=`.
 */
export function bashReplies(
  candidates: readonly Candidate[],
  raw: string,
  replaced: string,
): string[] {
  const kept = raw.endsWith(replaced) ? raw.slice(0, raw.length - replaced.length) : "";
  const typed = readWord(raw).value;
  const { value: start, open } = readWord(kept);
  return candidates
    .filter(({ value }) => value.startsWith(typed) && value.startsWith(start))
    .map(({ value }) => quoteForBash(value.slice(start.length), open));
}
