import { alternativeFault, type Automaton, automatonOf, graphOf } from "./glob-automaton.ts";
import { commonPath } from "./glob-common-path.ts";
import { countAlternatives, type Element, parseGlob, plainPathOf } from "./glob-syntax.ts";

/** Paths are seldom longer. Two globs of this size are compared within about a tenth of a second. */
const MAXIMUM_CHARACTERS = 1024;

/** What is written by hand stays far below. */
const MAXIMUM_ALTERNATIVES = 1000;

const SLASH: Element = { kind: "slash", text: "/" };
const EVERYTHING = parseGlob("**");

/** Text that cannot be used as a glob. */
export class GlobError extends TypeError {
  override readonly name = "GlobError";
  readonly code = "GLOB_INVALID";
  readonly glob: string;
  readonly reason: string;

  constructor(glob: string, reason: string) {
    super(`the glob ${JSON.stringify(glob)} cannot be used: ${reason}`);
    this.glob = glob;
    this.reason = reason;
  }
}

interface CompiledGlob {
  readonly text: string;
  readonly automaton: Automaton;
}

/**
 * Why `glob` is not one of files below the repository's top, undefined when it is.
 *
 * - `*` is any characters of a segment, a leading dot too, `?` one, `[a-z]` and `[!a-z]` or `[^a-z]`
 *   one of a class; a slash is in none of them. `**` as a whole segment is any number of segments.
 * - `{a,b}` is alternatives, also nested, empty, with slashes, or a single one: the globs that one gets
 *   by writing them out, each of which must be one. `..` cannot be among them, nor behind them.
 * - `\` makes an ordinary character of the next one and never separates. A `[` or `{` without its end
 *   is an ordinary character, and so are `]`, `}`, `,` and `!` elsewhere.
 * - It covers what it matches, and everything below. `**` and `.` cover everything.
 * - Characters are code points of the glob and of the path in NFC, so that a name is the same from all
 *   file systems. A mark is not joined with what a wildcard or an alternative ends with. Case matters.
 */
export function globFault(glob: string): string | undefined {
  const result = compile(glob);
  return typeof result === "string" ? result : undefined;
}

/**
 * The glob in the form in which it is compared and kept: in NFC, without empty and `.` segments, `..`
 * resolved, `**` for the top. It covers the same paths. Throws `GlobError`.
 */
export function normalizeGlob(glob: string): string {
  return compileGlob(glob).text;
}

/** The glob that covers one path, whatever characters are in it, and what is below. */
export function literalGlob(path: string): string {
  return path.replaceAll(/[\\*?[\]{},]/g, String.raw`\$&`);
}

/** Whether a path below the repository's top is a file, below which nothing can be. */
export type IsFile = (path: string) => boolean;

/** The glob with what reads its paths, for `commonPath`. Throws `GlobError`. */
export function compileGlob(glob: string, isFile?: IsFile): CompiledGlob {
  const result = compile(glob, isFile);
  if (typeof result === "string") throw new GlobError(glob, result);
  return result;
}

function compile(glob: string, isFile: IsFile = () => false): CompiledGlob | string {
  const given = glob.normalize("NFC");
  const fault = textFault(given);
  if (fault !== undefined) return fault;
  const elements = resolve(parseGlob(given));
  if (typeof elements === "string") return elements;
  const text = textOf(elements);
  if (text.trim() === "") return "it is empty";
  if (countAlternatives(elements) > MAXIMUM_ALTERNATIVES) {
    return `its braces expand to more than ${MAXIMUM_ALTERNATIVES} alternatives`;
  }
  const graph = graphOf(elements);
  const alternative = alternativeFault(graph);
  if (alternative !== undefined) return alternative;
  const plain = plainPathOf(elements);
  const automaton = automatonOf(graph, plain !== undefined && isFile(plain));
  const path = commonPath(automaton, automatonOf(graphOf(EVERYTHING)));
  return path === undefined ? "no path can match it" : { text, automaton };
}

function textFault(text: string): string | undefined {
  if (text.trim() === "") return "it is empty";
  if (text.includes("\0")) return "it holds a NUL character";
  if (!text.isWellFormed()) return "it is not valid Unicode";
  if (Array.from(text).length > MAXIMUM_CHARACTERS) {
    return `it is longer than ${MAXIMUM_CHARACTERS} characters`;
  }
  return /^(?:\\?\/|[A-Za-z]:[\\/])/.test(text) ? "it is absolute" : undefined;
}

/** Without the segments that name no file or folder. */
function resolve(elements: readonly Element[]): readonly Element[] | string {
  const resolved: (readonly Element[])[] = [];
  for (const segment of segmentsOf(elements)) {
    const name = segment.map(({ text }) => text.replace(/^\\(?=\.)/, "")).join("");
    if (name === "" || name === ".") continue;
    if (name !== "..") {
      resolved.push(segment);
      continue;
    }
    const parent = resolved.pop();
    if (parent === undefined) return "it leaves the repository's top";
    if (textOf(parent) === "**" || parent.some(({ kind }) => kind === "group")) {
      return "it has `..` behind alternatives or `**`, where it can mean several folders";
    }
  }
  if (resolved.length === 0) return EVERYTHING;
  return resolved.flatMap((segment, index) => (index === 0 ? segment : [SLASH, ...segment]));
}

function segmentsOf(elements: readonly Element[]): readonly (readonly Element[])[] {
  const segments: Element[][] = [[]];
  for (const element of elements) {
    if (element.kind === "slash") segments.push([]);
    else segments.at(-1)?.push(element);
  }
  return segments;
}

function textOf(elements: readonly Element[]): string {
  return elements.map(({ text }) => text).join("");
}
