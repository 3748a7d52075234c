import {
  type Container,
  continueContainer,
  LARGEST_INDENT,
  type Rest,
  restOf,
  startContainer,
} from "./markdown-containers.ts";
import {
  definitionsLength,
  FENCE,
  HTML_BLOCK,
  HTML_TAG,
  parseHeading,
  RAW_BLOCKS,
  SETEXT_UNDERLINE,
  THEMATIC_BREAK,
  trimBlanks,
} from "./markdown-syntax.ts";

/**
 * What a line of a Markdown text is: `opaque` is front matter, fenced code, a comment or raw HTML,
 * which is not to be understood; `heading` a heading that starts a section, of a setext heading its
 * underline; `text` all the rest, a heading's text above an underline too.
 */
export type LineKind = "opaque" | "heading" | "text";

/** A heading that starts a section: one inside a list item or a block quote does not. */
export interface MarkdownHeading {
  readonly level: number;
  /** As it is written, without the marks and the white space around it. */
  readonly title: string;
  /** Its first and its last line. */
  readonly first: number;
  readonly last: number;
}

/** The block that takes lines just now. All others take one line, or are as if they did. */
type Leaf =
  | { readonly type: "none" }
  | { readonly type: "fence"; readonly mark: string }
  | { readonly type: "raw"; readonly end: RegExp }
  | { readonly type: "html"; isInComment: boolean }
  | Paragraph;

interface Paragraph {
  readonly type: "paragraph";
  readonly first: number;
  readonly lines: string[];
  isInComment: boolean;
}

// Each line goes through all the containers that it is in. What is nested deeper is read as a text in
// the last one, where nothing is a field or a heading of a section.
const DEEPEST_NESTING = 100;
const NONE: Leaf = { type: "none" };
/** Takes the lines of a text one after the other. */
export class BlockReader {
  readonly headings: MarkdownHeading[] = [];
  readonly #containers: Container[] = [];
  #leaf: Leaf = NONE;

  get isOpen(): boolean {
    // A container ends before a line that is not indented, and with it what is in it.
    return this.#containers.length === 0 && ["fence", "raw"].includes(this.#leaf.type);
  }

  read(index: number, line: string): LineKind {
    let { rest, matched } = this.#continueContainers(restOf(line, 0));
    const isInside = matched === this.#containers.length;
    const goesOn = isInside ? this.#continueLeaf(rest) : undefined;
    if (goesOn !== undefined) return goesOn;
    // Outside its containers a paragraph goes on as well, when nothing else starts there.
    let paragraph = this.#leaf.type === "paragraph" ? this.#leaf : undefined;
    for (;;) {
      if (matched === DEEPEST_NESTING) break;
      const started = startContainer(rest, isInside && paragraph !== undefined);
      if (started === undefined) break;
      paragraph = undefined;
      this.#enter(matched, started.container);
      matched += 1;
      rest = started.rest;
    }
    if (rest.text !== "" && paragraph !== undefined) {
      if (isInside && this.#underline(index, rest, paragraph)) return this.#kindOfHeading();
      if (!startsLeaf(rest)) return continueParagraph(paragraph, rest);
    }
    this.#containers.length = matched;
    this.#leaf = NONE;
    return rest.text === "" ? "text" : this.#start(index, rest);
  }

  #continueContainers(line: Rest): { rest: Rest; matched: number } {
    let rest = line;
    let matched = 0;
    for (const container of this.#containers) {
      const inside = continueContainer(container, rest);
      if (inside === undefined) break;
      if (rest.text !== "") container.isEmpty = false;
      rest = inside;
      matched += 1;
    }
    return { rest, matched };
  }

  #enter(depth: number, container: Container): void {
    this.#containers.length = depth;
    this.#containers.push(container);
    this.#leaf = NONE;
  }

  /** Undefined: the line is not simply the next one of code or HTML. */
  #continueLeaf(rest: Rest): LineKind | undefined {
    const leaf = this.#leaf;
    if (leaf.type === "fence") {
      if (isClosingFence(rest, leaf.mark)) this.#leaf = NONE;
      return "opaque";
    }
    if (leaf.type === "raw") {
      if (leaf.end.test(rest.text)) this.#leaf = NONE;
      return "opaque";
    }
    if (leaf.type === "html" && rest.text !== "") return passComments(leaf, rest.text);
    return undefined;
  }

  /** Whether this line makes a heading of the paragraph above. */
  #underline(index: number, { indent, text }: Rest, paragraph: Paragraph): boolean {
    if (indent > LARGEST_INDENT || !SETEXT_UNDERLINE.test(text)) return false;
    const whole = paragraph.lines.join("\n");
    const definitions = definitionsLength(whole);
    if (definitions === whole.length) return false;
    if (this.#containers.length === 0) {
      const above = whole.slice(0, definitions).split("\n").length - 1;
      this.headings.push({
        level: text.startsWith("=") ? 1 : 2,
        title: trimBlanks(whole.slice(definitions)),
        first: paragraph.first + above,
        last: index,
      });
    }
    this.#leaf = NONE;
    return true;
  }

  #kindOfHeading(): LineKind {
    return this.#containers.length === 0 ? "heading" : "text";
  }

  /** The first line of a block. */
  #start(index: number, { indent, text }: Rest): LineKind {
    if (indent > LARGEST_INDENT || THEMATIC_BREAK.test(text)) return "text";
    const heading = parseHeading(text);
    if (heading !== undefined) {
      const kind = this.#kindOfHeading();
      if (kind === "heading") this.headings.push({ ...heading, first: index, last: index });
      return kind;
    }
    const fence = FENCE.exec(text);
    if (fence !== null) {
      this.#leaf = { type: "fence", mark: fence[0] };
      return "opaque";
    }
    const raw = RAW_BLOCKS.find(([start]) => start.test(text));
    if (raw !== undefined) {
      if (!raw[1].test(text)) this.#leaf = { type: "raw", end: raw[1] };
      return "opaque";
    }
    const isHtml = HTML_BLOCK.test(text) || HTML_TAG.test(text);
    this.#leaf = isHtml
      ? { type: "html", isInComment: false }
      : { type: "paragraph", isInComment: false, first: index, lines: [text] };
    return passComments(this.#leaf, text);
  }
}

/** Whether the line starts a block that takes the place of a paragraph. */
function startsLeaf({ indent, text }: Rest): boolean {
  if (indent > LARGEST_INDENT) return false;
  return (
    THEMATIC_BREAK.test(text) ||
    parseHeading(text) !== undefined ||
    FENCE.test(text) ||
    RAW_BLOCKS.some(([start]) => start.test(text)) ||
    HTML_BLOCK.test(text)
  );
}

function isClosingFence({ indent, text }: Rest, mark: string): boolean {
  if (indent > LARGEST_INDENT || !text.startsWith(mark)) return false;
  const after = text.slice(mark.length);
  let end = 0;
  while (after[end] === mark[0]) end += 1;
  return trimBlanks(after.slice(end)) === "";
}

function continueParagraph(paragraph: Paragraph, { text }: Rest): LineKind {
  paragraph.lines.push(text);
  return passComments(paragraph, text);
}

/**
 * A comment may start in the middle of a line too. Whether it is one depends on what is around it
 * (`<!--` in code is none), and on its end: in doubt the lines up to there are not understood.
 */
function passComments(block: { isInComment: boolean }, text: string): LineKind {
  const kind = block.isInComment ? "opaque" : "text";
  for (let at = 0; ;) {
    at = text.indexOf(block.isInComment ? "-->" : "<!--", at);
    if (at === -1) return kind;
    // `<!-->` is a whole comment.
    at += block.isInComment ? 3 : 2;
    block.isInComment = !block.isInComment;
  }
}
