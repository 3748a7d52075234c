// More of them help nobody to choose, and would fill the screen.
const MAXIMUM_SHOWN = 10;

/** The names that a person can choose from, for a sentence. */
export function candidateList(names: readonly string[]): string {
  const shown = names.slice(0, MAXIMUM_SHOWN).join(", ");
  const more = names.length - MAXIMUM_SHOWN;
  return more > 0 ? `${shown} and ${more} more` : shown;
}
