// A word that is shorter is the beginning of too many.
const SHORTEST_BEGINNING = 3;
// How long a word must be to hold one slip, two, three.
const LENGTHS_FOR_SLIPS = [0, 5, 9];

// The beginning of a word is closer to it than a word with two slips, and not as close as one with one.
const SLIPS_OF_BEGINNING = 1.5;

/**
 * The one of the words that somebody meant who has mistyped it: that with the fewest slips (a letter more, less, another
 * one, or two that changed places). Undefined: none is close.
 */
export function closestWord(typed: string, words: readonly string[]): string | undefined {
  const most = LENGTHS_FOR_SLIPS.filter((length) => typed.length >= length).length;
  const [closest] = words
    .map((word) => ({ word, slips: slipsOf(typed, word, most) }))
    .filter(({ slips }) => slips < Infinity)
    .toSorted((one, other) => one.slips - other.slips);
  return closest?.word;
}

/** Infinity: more than a slip or two. */
function slipsOf(typed: string, word: string, most: number): number {
  if (Math.abs(word.length - typed.length) > most) return beginning(typed, word);
  const slips = slipsBetween(typed, word);
  // Few slip at the first letter: words that differ there and elsewhere too are other words.
  const isClose = slips <= (word[0] === typed[0] ? most : 1);
  return Math.min(isClose ? slips : Infinity, beginning(typed, word));
}

function beginning(typed: string, word: string): number {
  const isBeginning = typed.length >= SHORTEST_BEGINNING && word.startsWith(typed);
  return isBeginning ? SLIPS_OF_BEGINNING : Infinity;
}

/** The optimal string alignment distance: each row says how far the beginnings of both are from each other. */
function slipsBetween(one: string, other: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: other.length + 1 }, (_, length) => length);
  for (let place = 1; place <= one.length; place += 1) {
    const row = [place];
    for (let at = 1; at <= other.length; at += 1) {
      const isSame = one[place - 1] === other[at - 1];
      const hasChangedPlaces = one[place - 1] === other[at - 2] && one[place - 2] === other[at - 1];
      row.push(
        Math.min(
          (last[at] ?? 0) + 1,
          (row[at - 1] ?? 0) + 1,
          (last[at - 1] ?? 0) + (isSame ? 0 : 1),
          hasChangedPlaces && place > 1 && at > 1 ? (beforeLast[at - 2] ?? 0) + 1 : Infinity,
        ),
      );
    }
    [beforeLast, last] = [last, row];
  }
  return last[other.length] ?? 0;
}
