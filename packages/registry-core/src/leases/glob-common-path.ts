import type { Automaton, State } from "./glob-automaton.ts";
import type { Characters } from "./glob-syntax.ts";

const DOT = 0x2e;
const SLASH = 0x2f;

/** From three on, dots are a name; one and two stand for folders. */
const NAME = 3;

/** Two states that one text leads to. */
interface Pair {
  readonly one: State;
  readonly other: State;
  /** How many dots the last segment of the text consists of; `NAME` when it is a name. */
  readonly dots: number;
  readonly text: Text | undefined;
}

interface Text {
  readonly start: Text | undefined;
  readonly last: number;
}

/** A path that both globs cover; undefined when there is none. Looks once at each pair of states. */
export function commonPath(one: Automaton, other: Automaton): string | undefined {
  const seen = new Uint8Array(one.size * other.size);
  const pairs: Pair[] = [{ one: one.start, other: other.start, dots: 0, text: undefined }];
  for (let pair = pairs.pop(); pair !== undefined; pair = pairs.pop()) {
    if (pair.one === one.done && pair.other === other.done) return pathOf(pair.text);
    addFollowing(pair, (nextOne, nextOther, dots, text) => {
      const index = nextOne.id * other.size + nextOther.id;
      const before = seen[index] ?? 0;
      const now = before | (1 << dots);
      if (now === before) return;
      seen[index] = now;
      pairs.push({ one: nextOne, other: nextOther, dots, text });
    });
  }
  return undefined;
}

type Add = (one: State, other: State, dots: number, text: Text | undefined) => void;

function addFollowing({ one, other, dots, text }: Pair, add: Add): void {
  for (const free of one.free) add(free, other, dots, text);
  for (const free of other.free) add(one, free, dots, text);
  if (dots === 0 && one.rest !== undefined) add(one.rest, other, dots, text);
  if (dots === 0 && other.rest !== undefined) add(one, other.rest, dots, text);
  if (dots === NAME && one.slash !== undefined && other.slash !== undefined) {
    add(one.slash, other.slash, 0, { start: text, last: SLASH });
  }
  const character = commonCharacter(one.characters, other.characters);
  if (character === undefined) return;
  const nextDots = character === DOT && dots < NAME ? dots + 1 : NAME;
  for (const next of one.next) {
    for (const otherNext of other.next) {
      add(next, otherNext, nextDots, { start: text, last: character });
    }
  }
}

/** The dot only where nothing else is common: what can follow it can follow any other character. */
function commonCharacter(one: Characters, other: Characters): number | undefined {
  let found: number | undefined;
  for (const range of one) {
    for (const otherRange of other) {
      const from = Math.max(range[0], otherRange[0]);
      const to = Math.min(range[1], otherRange[1]);
      if (from > to) continue;
      if (from !== DOT) return from;
      if (to !== DOT) return from + 1;
      found = DOT;
    }
  }
  return found;
}

function pathOf(last: Text | undefined): string {
  const characters: string[] = [];
  for (let text = last; text !== undefined; text = text.start) {
    characters.push(String.fromCodePoint(text.last));
  }
  // It ends with the slash below the path, and is empty when both cover everything.
  return characters.toReversed().join("").replace(/\/$/, "") || "a";
}
