import type { ShellCommand, ShellScope, ShellWord } from "./shell-commands.ts";

/** What a reader of shell text is in: quotes, or a list of commands. */
type Frame = Quotes | ListFrame;

export interface Quotes {
  /** The character that ends them; undefined where only the end of the text does. */
  readonly close: '"' | "}" | undefined;
  /** Single quotes are none in here, and a backslash stands for itself before most characters. */
  readonly isDouble: boolean;
}

/** A word while it is read. */
export interface OpenWord {
  text: string;
  isGlob: boolean;
  isExpanded: boolean;
  isQuoted: boolean;
}

export interface ListPlace {
  readonly scope: ShellScope;
  /** What its commands print is read. */
  readonly isRead: boolean;
  /** Within `((…))`, where `<<` shifts and `#` begins no comment. */
  readonly isArithmetic: boolean;
}

const LEADING = new Set([
  ..."if then else elif fi do done while until esac".split(" "),
  ..."{ } !".split(" "),
]);

/** A list of commands: the text's, or one in parentheses; with the command and the word being read. */
export class ListFrame {
  readonly scope: ShellScope;
  readonly isArithmetic: boolean;
  readonly isRead: boolean;
  words: ShellWord[] = [];
  word: OpenWord | undefined;
  /** What the next word is, after an operator of redirection; a function takes it away. */
  next: ShellWord["kind"] | ((delimiter: OpenWord) => void) = "argument";
  /** How many `case` are open, whose patterns end with a `)`. */
  openCases = 0;
  outer: ListFrame | undefined;

  constructor({ scope, isRead, isArithmetic }: ListPlace) {
    this.scope = scope;
    this.isRead = isRead;
    this.isArithmetic = isArithmetic;
  }

  openWord(): OpenWord {
    this.word ??= { text: "", isGlob: false, isExpanded: false, isQuoted: false };
    return this.word;
  }

  /** Before `<` or `>` a word of digits is the number of what is redirected, and dropped. */
  endWord(before?: "<"): void {
    const { word, next } = this;
    if (word === undefined) return;
    this.word = undefined;
    const isNumber = before === "<" && !this.isArithmetic && !word.isQuoted;
    if (isNumber && /^\d+$/.test(word.text)) return;
    this.next = "argument";
    if (typeof next === "function") return next(word);
    const { text, isGlob, isExpanded, isQuoted } = word;
    if (next === "argument" && !isQuoted && this.#isLeading(text)) return;
    this.words.push({ text, isGlob, isExpanded, kind: next });
  }

  endCommand(isPiped: boolean): ShellCommand | undefined {
    this.endWord();
    this.next = "argument";
    const { words, scope } = this;
    if (words.length === 0) return undefined;
    this.words = [];
    return { words, scope, isRead: this.isRead || isPiped };
  }

  /** Whether the word only leads to the command that follows it. */
  #isLeading(text: string): boolean {
    if (this.words.length > 0) return false;
    if (text === "case") this.openCases += 1;
    if (text === "esac") this.openCases = Math.max(0, this.openCases - 1);
    return LEADING.has(text);
  }
}

/** What a reader is in, from the outermost list to where it reads; and the commands that have ended. */
export class OpenFrames {
  readonly found: ShellCommand[] = [];
  /** The innermost list. */
  list: ListFrame;
  readonly #frames: Frame[] = [];

  constructor(outermost: ListPlace) {
    this.list = new ListFrame(outermost);
    this.#frames.push(this.list);
  }

  /** What it reads in, where that is no list. */
  get quotes(): Quotes | undefined {
    const frame = this.#frames.at(-1);
    return frame instanceof ListFrame ? undefined : frame;
  }

  get isOutermost(): boolean {
    return this.#frames.length === 1;
  }

  enter(frame: Frame): void {
    this.#frames.push(frame);
    if (!(frame instanceof ListFrame)) return;
    frame.outer = this.list;
    this.list = frame;
  }

  leave(): void {
    const frame = this.#frames.at(-1);
    if (frame instanceof ListFrame) {
      this.endCommand();
      this.list = frame.outer ?? frame;
    }
    this.#frames.pop();
  }

  endCommand(isPiped = false): void {
    const command = this.list.endCommand(isPiped);
    if (command !== undefined) this.found.push(command);
  }

  /** Leaves all there is. */
  end(): readonly ShellCommand[] {
    while (this.#frames.length > 0) this.leave();
    return this.found;
  }
}
