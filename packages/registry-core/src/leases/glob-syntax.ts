/** Code points, each pair from its first to its last one. */
export type Characters = readonly (readonly [number, number])[];

/** A part of a glob, with the text that stands for it. */
export type Element = { readonly text: string } & (
  | { readonly kind: "slash" | "star" }
  | { readonly kind: "character"; readonly characters: Characters }
  | { readonly kind: "group"; readonly alternatives: readonly (readonly Element[])[] }
);

/** What a name can hold: all but NUL, the slash and halves of surrogate pairs. Plain ones come first. */
export const NAME_CHARACTERS: Characters = [
  [0x30, 0xd7ff],
  [0x01, 0x2e],
  [0xe000, 0x10_ffff],
];

// An escape, a class, or one character. As in POSIX, a slash ends the search for the end of a class,
// and a `]` that comes first is a member.
const LEXEME =
  /\\(?<escaped>.)|\[(?<negated>[!^]|(?![!^]))(?<members>(?:\]|\\[^/]|[^\\\]/])(?:\\[^/]|[^\\\]/])*)\]|./gsu;
const MEMBER = /\\?(?<first>.)(?:-\\?(?<last>.))?/gsu;

interface Frame {
  readonly start: number;
  readonly alternatives: [Element[], ...Element[][]];
}

/** The parts of a glob, in order. Every text is a glob: what does not close stands for itself. */
export function parseGlob(glob: string): readonly Element[] {
  const frames: [Frame, ...Frame[]] = [{ start: 0, alternatives: [[]] }];
  for (const match of glob.matchAll(LEXEME)) {
    const frame = frames.at(-1) ?? frames[0];
    const isInGroup = frames.length > 1;
    if (match[0] === "{") {
      frames.push({ start: match.index, alternatives: [[]] });
    } else if (match[0] === "," && isInGroup) {
      frame.alternatives.push([]);
    } else if (match[0] === "}" && isInGroup) {
      frames.pop();
      const text = glob.slice(frame.start, match.index + 1);
      append(frames, { kind: "group", text, alternatives: frame.alternatives });
    } else {
      append(frames, elementOf(match));
    }
  }
  return frames.flatMap(({ alternatives }, depth) => [
    ...(depth === 0 ? [] : [literal("{")]),
    ...alternatives.flatMap((one, index) => (index === 0 ? one : [literal(","), ...one])),
  ]);
}

function append(frames: readonly [Frame, ...Frame[]], element: Element): void {
  const { alternatives } = frames.at(-1) ?? frames[0];
  (alternatives.at(-1) ?? alternatives[0]).push(element);
}

function elementOf({ 0: text, groups = {} }: RegExpMatchArray): Element {
  if (text === "/" || groups["escaped"] === "/") return { kind: "slash", text: "/" };
  if (text === "*") return { kind: "star", text };
  if (text === "?") return { kind: "character", text, characters: NAME_CHARACTERS };
  const { escaped, members, negated } = groups;
  if (members === undefined) return literal(escaped ?? text, text);
  return { kind: "character", text, characters: classOf(members, negated !== "") };
}

function literal(character: string, text = character): Element {
  return { kind: "character", text, characters: [rangeOf(character)] };
}

function rangeOf(first: string, last = first): [number, number] {
  return [first.codePointAt(0) ?? 0, last.codePointAt(0) ?? 0];
}

function classOf(members: string, isNegated: boolean): Characters {
  const ranges = Array.from(members.matchAll(MEMBER), ({ groups = {} }) =>
    rangeOf(groups["first"] ?? "", groups["last"]),
  );
  if (isNegated) return ranges.reduce(without, NAME_CHARACTERS);
  return ranges
    .flatMap((range) => NAME_CHARACTERS.map((names) => common(names, range)))
    .filter(isSome);
}

function without(characters: Characters, [first, last]: readonly [number, number]): Characters {
  if (first > last) return characters;
  return characters
    .flatMap((range) => [common(range, [0, first - 1]), common(range, [last + 1, Infinity])])
    .filter(isSome);
}

function common(
  [first, last]: readonly [number, number],
  [otherFirst, otherLast]: readonly [number, number],
): [number, number] {
  return [Math.max(first, otherFirst), Math.min(last, otherLast)];
}

function isSome([first, last]: readonly [number, number]): boolean {
  return first <= last;
}

/** The path that a glob without wildcards stands for; undefined for one that has any. */
export function plainPathOf(elements: readonly Element[]): string | undefined {
  const path = elements.map((element) => {
    if (element.kind === "slash") return "/";
    const [range, ...others] = element.kind === "character" ? element.characters : [];
    const isOne = range !== undefined && others.length === 0 && range[0] === range[1];
    return isOne ? String.fromCodePoint(range[0]) : undefined;
  });
  return path.includes(undefined) ? undefined : path.join("");
}

/** How many globs without braces stand in its stead. */
export function countAlternatives(elements: readonly Element[]): number {
  return elements.reduce(
    (count, element) =>
      element.kind === "group"
        ? count * element.alternatives.reduce((sum, one) => sum + countAlternatives(one), 0)
        : count,
    1,
  );
}
