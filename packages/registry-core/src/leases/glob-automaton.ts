import { type Characters, type Element, NAME_CHARACTERS } from "./glob-syntax.ts";

/*
 * A state is what of a glob is still to be matched while a path is read, one character after the
 * other. `done` is reached at the slash below a path that the glob covers, and, but for that of a file,
 * not left again: the glob covers what is below. So two globs have a path in common exactly when a text
 * leads both there.
 *
 * Braces are not expanded: their alternatives are branches that meet again, so there are no more than
 * a few states for each character of the glob. What depends on the text of a whole segment (`**`, `.`,
 * `..`, an empty one) is found by reading that text along the branches.
 */

export interface State {
  /** From 0 on; no two states of an automaton share one. */
  id: number;
  /** Those that lead to every state of `next`. */
  characters: Characters;
  next: readonly State[];
  slash: State | undefined;
  /** What is reached without reading anything. */
  free: readonly State[];
  /** What is reached without reading anything where a segment begins. */
  rest: State | undefined;
}

export interface Automaton {
  readonly start: State;
  readonly done: State;
  readonly size: number;
}

/** A part of a glob, and those that can come after it. */
interface Token {
  readonly kind: "slash" | "star" | "character" | "end";
  readonly text: string;
  readonly characters: Characters;
  readonly next: readonly Token[];
  readonly before: State;
  /** Reached at the slash, and at one below the end. */
  readonly after: State;
}

/** The parts of a glob from before the first one, which is as behind a slash, to the end. */
interface Graph {
  readonly start: Token;
  readonly end: Token;
  readonly tokens: readonly Token[];
}

export function graphOf(elements: readonly Element[]): Graph {
  const end = createToken({ kind: "end", text: "" }, []);
  const start = createToken({ kind: "slash", text: "" }, tokensOf(elements, [end]));
  return { start, end, tokens: closure(start, ({ next }) => next) };
}

/** Why one of the globs that the braces stand for cannot be one; undefined when all can. */
export function alternativeFault({ start, tokens }: Graph): string | undefined {
  if (read(start, isEnd).length > 0) return "one of its alternatives is empty";
  const absolute = [...read(start, isSlash), ...read(start, isLetter, isColon, isSlashOrEscape)];
  if (absolute.length > 0) return "it is absolute, or one of its alternatives is";
  const parents = tokens.filter(isSlash).flatMap((slash) => read(slash, isDot, isDot, isBoundary));
  return parents.length > 0 ? "it has `..` among alternatives" : undefined;
}

/**
 * What reads the paths that the glob covers; of that of a file, this one alone. To be asked once, for a
 * glob without a fault.
 */
export function automatonOf({ start, end, tokens }: Graph, isFile = false): Automaton {
  for (const token of tokens) connect(token);
  if (!isFile) matchEverything(end.after);
  const states = closure(start.after, ({ next, slash, free, rest }) =>
    [...next, slash, ...free, rest].filter((state) => state !== undefined),
  );
  for (const [id, state] of states.entries()) state.id = id;
  return { start: start.after, done: end.after, size: states.length };
}

function tokensOf(elements: readonly Element[], following: readonly Token[]): readonly Token[] {
  return elements.reduceRight<readonly Token[]>((next, element) => {
    if (element.kind !== "group") return [createToken(element, next)];
    return [...new Set(element.alternatives.flatMap((one) => tokensOf(one, next)))];
  }, following);
}

function createToken(
  part: Pick<Token, "kind" | "text"> & { readonly characters?: Characters },
  next: readonly Token[],
): Token {
  return { characters: [], ...part, next, before: createState(), after: createState() };
}

function createState(): State {
  return { id: 0, characters: [], next: [], slash: undefined, free: [], rest: undefined };
}

function connect(token: Token): void {
  const { before, after } = token;
  const following = token.next.map((next) => next.before);
  switch (token.kind) {
    case "character":
      before.characters = token.characters;
      before.next = following;
      break;
    case "star":
      before.characters = NAME_CHARACTERS;
      before.next = [before];
      before.free = following;
      break;
    case "slash":
      before.slash = after;
      after.free = entriesOf(token);
      break;
    case "end":
      before.slash = after;
      break;
  }
}

/** What can be matched behind a slash. A segment that is empty, `.` or `**` can match no segment. */
function entriesOf(slash: Token): readonly State[] {
  const segments = slash.next.filter((token) => !isOnlyEverything(token));
  const nothing = [...read(slash, isBoundary), ...read(slash, isDot, isBoundary)];
  const everything = read(slash, isStar, isStar, isBoundary);
  return [
    ...segments.map(({ before }) => before),
    ...nothing.map(({ after }) => after),
    ...everything.map(({ after }) => {
      const state = createState();
      matchEverything(state);
      state.rest = after;
      return state;
    }),
  ];
}

function isOnlyEverything(token: Token): boolean {
  return isStar(token) && token.next.every((next) => isStar(next) && next.next.every(isBoundary));
}

function matchEverything(state: State): void {
  state.characters = NAME_CHARACTERS;
  state.next = [state];
  state.slash = state;
}

/** The last tokens of the texts directly behind `token` that pass the tests, one token each. */
function read(token: Token, ...tests: readonly ((token: Token) => boolean)[]): readonly Token[] {
  return tests.reduce<readonly Token[]>(
    (reached, test) => [...new Set(reached.flatMap(({ next }) => next.filter(test)))],
    [token],
  );
}

const isSlash = ({ kind }: Token): boolean => kind === "slash";
const isEnd = ({ kind }: Token): boolean => kind === "end";
const isBoundary = (token: Token): boolean => isSlash(token) || isEnd(token);
const isStar = ({ kind }: Token): boolean => kind === "star";
const isLetter = ({ text }: Token): boolean => /^[A-Za-z]$/.test(text);
const isColon = ({ text }: Token): boolean => text === ":";
const isSlashOrEscape = (token: Token): boolean => isSlash(token) || token.text.startsWith("\\");
const isDot = ({ text }: Token): boolean => text === "." || text === "\\.";

/** All that is reached from `first`, itself too. */
function closure<T>(first: T, next: (one: T) => readonly T[]): readonly T[] {
  const reached = new Set([first]);
  // A set is walked to its end while it grows.
  for (const one of reached) for (const other of next(one)) reached.add(other);
  return [...reached];
}
