import type { MarkdownHeading } from "@x/atomic-fs/markdown";

/** How far the section of a heading reaches, in indexes of headings. */
interface HeadingPlace {
  /** The first one behind the section: as high as its own, or higher; the number of headings where none is. */
  readonly end: number;
  /** The first one in the section that is marked. */
  readonly marked: number | undefined;
}

/** The places of all headings, in one walk from the last to the first. */
export function placesOf(
  headings: readonly MarkdownHeading[],
  isMarked: (heading: MarkdownHeading) => boolean,
): HeadingPlace[] {
  const places: HeadingPlace[] = [];
  // Of each level, the nearest heading below; and the nearest that is marked.
  const nearest = new Map<number, number>();
  let marked: number | undefined;
  for (let index = headings.length - 1; index >= 0; index -= 1) {
    const heading = headings[index];
    if (heading === undefined) break;
    const next = [...nearest].flatMap(([level, at]) => (level <= heading.level ? [at] : []));
    const end = Math.min(headings.length, ...next);
    places.push({ end, marked: marked !== undefined && marked < end ? marked : undefined });
    nearest.set(heading.level, index);
    if (isMarked(heading)) marked = index;
  }
  return places.toReversed();
}
