import type { MarkdownLine } from "@x/atomic-fs/markdown";

/**
 * The invariant: what somebody has folded away with `<details>` is history, and nobody's to change. In
 * doubt a line counts as archived, so a tag that is not closed archives all that follows.
 */

const TAG = /<details(?=[ \t>/]|$)|<(\/)details[ \t]*>/gi;
const FRONT_MATTER = /^(?:---|\+\+\+)[ \t]*$/;
const FRONT_MATTER_END = /^(?:---|\.\.\.|\+\+\+)[ \t]*$/;
// Behind the marks of the lists and quotes that it is in.
const FENCE = /^(?:[ \t>]|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t]))*(`{3,}|~{3,})/;
const FENCE_END = /^[ \t>]*(`+|~+)[ \t]*$/;
// In the order in which they stand: what begins first is what the rest is part of.
const UNSEEN = /\\[\\`<]|(?<!`)(`{1,9})(?!`).*?(?<!`)\1(?!`)|<!--/g;

/** For each line whether it begins inside of `<details>`. Tags in code and comments are none. */
export function archivedLines(text: string, lines: readonly MarkdownLine[]): boolean[] {
  const reader = new MarkupReader();
  let depth = 0;
  return lines.map((line, index) => {
    const isArchived = depth > 0;
    const markup = reader.read(index, line, text.slice(line.start, line.end));
    for (const { 1: closing } of markup.matchAll(TAG)) {
      depth = closing === undefined ? depth + 1 : Math.max(0, depth - 1);
    }
    return isArchived;
  });
}

/** Takes the lines one after the other, and gives of each what is neither code nor comment. */
class MarkupReader {
  #block: "front matter" | "comment" | { readonly mark: string } | undefined;

  read(index: number, { kind }: MarkdownLine, content: string): string {
    // What takes several lines is opaque in all of them, but for the one where a comment begins.
    if (kind !== "opaque") this.#block = undefined;
    else if (index === 0 && FRONT_MATTER.test(content)) {
      this.#block = "front matter";
      return "";
    }
    const block = this.#block;
    if (block === undefined || block === "comment") return this.#readMarkup(kind, content);
    const isEnd =
      block === "front matter" ? FRONT_MATTER_END.test(content) : isClosing(content, block.mark);
    if (isEnd) this.#block = undefined;
    return "";
  }

  #readMarkup(kind: MarkdownLine["kind"], content: string): string {
    let rest = content;
    if (this.#block === "comment") {
      const end = rest.indexOf("-->");
      if (end === -1) return "";
      this.#block = undefined;
      rest = rest.slice(end + "-->".length);
    } else if (kind === "opaque") {
      const mark = FENCE.exec(content)?.[1];
      if (mark !== undefined) {
        this.#block = { mark };
        return "";
      }
    }
    return this.#withoutUnseen(rest);
  }

  #withoutUnseen(content: string): string {
    const seen: string[] = [];
    let start = 0;
    UNSEEN.lastIndex = 0;
    for (let part = UNSEEN.exec(content); part !== null; part = UNSEEN.exec(content)) {
      seen.push(content.slice(start, part.index));
      start = UNSEEN.lastIndex;
      if (part[0] !== "<!--") continue;
      // `<!-->` is a whole comment.
      const end = content.indexOf("-->", part.index + "<!".length);
      if (end === -1) {
        this.#block = "comment";
        return seen.join(" ");
      }
      start = end + "-->".length;
      UNSEEN.lastIndex = start;
    }
    return [...seen, content.slice(start)].join(" ");
  }
}

function isClosing(content: string, mark: string): boolean {
  return FENCE_END.exec(content)?.[1]?.startsWith(mark) === true;
}
