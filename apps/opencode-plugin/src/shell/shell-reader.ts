import { createHereDocuments, type HereDocument, type HereDocuments } from "./here-documents.ts";
import type { ShellCommand, ShellScope } from "./shell-commands.ts";
import { ListFrame, OpenFrames, type Quotes } from "./shell-frames.ts";
import {
  backslashed,
  backticked,
  escapeQuoted,
  type Quoted,
  singleQuoted,
} from "./shell-quotes.ts";

/*
 * The invariant: each step moves `place` forward, and looks at no character behind it more than a fixed number
 * of times. What nests is kept on a stack of frames, not on that of the program, so that no depth of
 * parentheses is too much. Only what has to be read a second time, without its backslashes (backticks) or for
 * its substitutions alone (here-documents), is read by another reader.
 */

const PLAIN = /[^\s;&|()<>'"`\\$#{}*?[]+/y;
const PLAIN_IN_QUOTES = /[^"`\\$}']+/y;
const REDIRECTION = /&>>|&>|<<<|<<-|<<|<>|<&|>>|>&|>\||<|>/y;
const MOST_READERS = 16;

interface OpenHereDocument extends HereDocument {
  readonly list: ListFrame["words"];
  readonly isQuoted: boolean;
}

export class ShellReader {
  readonly #text: string;
  readonly #level: number;
  #bodies: HereDocuments | undefined;
  readonly #open: OpenFrames;
  #place = 0;
  #openHereDocuments: OpenHereDocument[] = [];

  constructor(text: string, scope: ShellScope = { parent: undefined }, isRead = false, level = 0) {
    this.#text = text;
    this.#level = level;
    this.#open = new OpenFrames({ scope, isRead, isArithmetic: false });
  }

  commands(): readonly ShellCommand[] {
    while (this.#place < this.#text.length) {
      const { quotes } = this.#open;
      if (quotes === undefined) this.#stepInList();
      else this.#stepInQuotes(quotes);
    }
    return this.#open.end();
  }

  /** The commands of the substitutions in the body of a here-document. */
  substitutions(): readonly ShellCommand[] {
    this.#open.enter({ close: undefined, isDouble: true });
    // The last one is the body itself, which is no command.
    return this.commands().slice(0, -1);
  }

  #stepInList(): void {
    const list = this.#open.list;
    const character = this.#text.charAt(this.#place);
    switch (character) {
      case " ":
      case "\t":
        list.endWord();
        this.#place += 1;
        return;
      case "\n":
        this.#place += 1;
        this.#open.endCommand();
        this.#readHereDocuments();
        return;
      case "'":
        return this.#readQuoted(singleQuoted(this.#text, this.#place));
      case '"':
        list.openWord().isQuoted = true;
        this.#place += 1;
        return this.#open.enter({ close: '"', isDouble: true });
      case "#":
        if (list.word === undefined && !list.isArithmetic) return this.#skipComment();
        return this.#readCharacter();
      case ";":
      case "|":
      case "&":
        return this.#readSeparator(character);
      case "(":
        return this.#readOpening();
      case ")":
        return this.#readClosing();
      case "<":
      case ">":
        return this.#readRedirection();
      default:
        return this.#readInWord(character);
    }
  }

  /** In double quotes, in `${…}`, or in the body of a here-document (which nothing closes). */
  #stepInQuotes(quotes: Quotes): void {
    const character = this.#text.charAt(this.#place);
    if (character === quotes.close) {
      this.#place += 1;
      if (character === "}") this.#open.list.openWord().text += "}";
      this.#open.leave();
    } else if (character === '"' && quotes.close === "}") {
      this.#place += 1;
      this.#open.enter({ close: '"', isDouble: true });
    } else if (character === "'" && !quotes.isDouble) {
      this.#readQuoted(singleQuoted(this.#text, this.#place));
    } else this.#readInWord(character, quotes);
  }

  #readInWord(character: string, quotes?: Quotes): void {
    if (character === "\\") return this.#readBackslash(quotes);
    if (character === "$") return this.#readDollar(quotes);
    if (character === "`") return this.#readBackticks(quotes);
    const plain = quotes === undefined ? PLAIN : PLAIN_IN_QUOTES;
    plain.lastIndex = this.#place;
    const [run] = plain.exec(this.#text) ?? [];
    if (run === undefined) return this.#readCharacter(quotes);
    this.#open.list.openWord().text += run;
    this.#place += run.length;
  }

  #readCharacter(quotes?: Quotes): void {
    const character = this.#text.charAt(this.#place);
    const word = this.#open.list.openWord();
    word.text += character;
    if (quotes === undefined && "*?[{".includes(character)) word.isGlob = true;
    this.#place += 1;
  }

  #readBackslash(quotes: Quotes | undefined): void {
    // Between lines it is nothing, and begins no word.
    if (this.#text.startsWith("\\\n", this.#place)) this.#place += 2;
    else this.#readQuoted(backslashed(this.#text, this.#place, quotes));
  }

  #readQuoted({ text, end }: Quoted): void {
    const word = this.#open.list.openWord();
    word.isQuoted = true;
    word.text += text;
    this.#place = end;
  }

  #readDollar(quotes: Quotes | undefined): void {
    const word = this.#open.list.openWord();
    const next = this.#text.charAt(this.#place + 1);
    const isInDouble = quotes?.isDouble === true;
    if (next === "(") {
      const isArithmetic = this.#text.startsWith("$((", this.#place);
      this.#place += 2;
      return this.#enterSubstitution("$()", isArithmetic);
    }
    if (next === "'" && !isInDouble) {
      this.#readQuoted(escapeQuoted(this.#text, this.#place));
    } else if (next === '"' && !isInDouble) this.#place += 1;
    else if (next === "{") {
      word.isExpanded = true;
      word.text += "${";
      this.#place += 2;
      this.#open.enter({ close: "}", isDouble: isInDouble });
    } else {
      if (/[\w@*#?$!-]/.test(next)) word.isExpanded = true;
      const isSpecial = next !== "" && "@*#?$!-".includes(next);
      word.text += isSpecial ? `$${next}` : "$";
      this.#place += isSpecial ? 2 : 1;
    }
  }

  #readBackticks(quotes: Quotes | undefined): void {
    const { text, end } = backticked(this.#text, this.#place, quotes);
    const word = this.#open.list.openWord();
    word.isExpanded = true;
    word.text += "$()";
    this.#place = end;
    this.#readAgain(text, (reader) => reader.commands());
  }

  /** By a reader of its own; where they nest too deeply the text is one command of one word. */
  #readAgain(text: string, read: (reader: ShellReader) => readonly ShellCommand[]): void {
    const scope: ShellScope = { parent: this.#open.list.scope };
    const level = this.#level + 1;
    if (level <= MOST_READERS) {
      for (const command of read(new ShellReader(text, scope, true, level))) {
        this.#open.found.push(command);
      }
      return;
    }
    const word = { text, isGlob: false, isExpanded: true, kind: "argument" } as const;
    this.#open.found.push({ words: [word], scope, isRead: true });
  }

  #readSeparator(character: string): void {
    if (this.#text.startsWith("&>", this.#place)) return this.#readRedirection();
    const isDouble = this.#text.charAt(this.#place + 1) === character;
    this.#open.endCommand(character === "|" && !isDouble);
    this.#place += isDouble ? 2 : 1;
  }

  #readRedirection(): void {
    const list = this.#open.list;
    if (/^[<>]\($/.test(this.#text.slice(this.#place, this.#place + 2))) {
      this.#place += 2;
      return this.#enterSubstitution("<()", false);
    }
    list.endWord("<");
    REDIRECTION.lastIndex = this.#place;
    const operator = REDIRECTION.exec(this.#text)?.[0] ?? "<";
    this.#place += operator.length;
    if (operator === "<<<") list.next = "here-document";
    else if (operator.startsWith("<<") && !list.isArithmetic) {
      const isIndented = operator === "<<-";
      list.next = ({ text, isQuoted }) => {
        this.#openHereDocuments.push({ delimiter: text, isIndented, isQuoted, list: list.words });
      };
    } else list.next = "redirection";
  }

  #readHereDocuments(): void {
    const open = this.#openHereDocuments;
    if (open.length === 0) return;
    this.#openHereDocuments = [];
    this.#bodies ??= createHereDocuments(this.#text);
    for (const document of open) {
      const found = this.#bodies.bodyAt(this.#place, document);
      if (found === undefined) continue;
      this.#place = found.end;
      const { body } = found;
      const isExpanded = !document.isQuoted && /[$`]/.test(body);
      document.list.push({ text: body, isGlob: false, isExpanded, kind: "here-document" });
      if (isExpanded) this.#readAgain(body, (reader) => reader.substitutions());
    }
  }

  #skipComment(): void {
    const end = this.#text.indexOf("\n", this.#place);
    this.#place = end === -1 ? this.#text.length : end;
  }

  #readOpening(): void {
    const { scope, isRead, isArithmetic } = this.#open.list;
    const isDouble = this.#text.startsWith("((", this.#place);
    this.#open.endCommand();
    this.#place += 1;
    this.#open.enter(
      new ListFrame({
        scope: { parent: scope },
        isRead,
        isArithmetic: isArithmetic || isDouble,
      }),
    );
  }

  #readClosing(): void {
    this.#place += 1;
    this.#open.list.endWord();
    if (this.#open.list.openCases > 0 || this.#open.isOutermost) this.#open.endCommand();
    else this.#open.leave();
  }

  #enterSubstitution(text: string, isArithmetic: boolean): void {
    const word = this.#open.list.openWord();
    word.isExpanded = true;
    word.text += text;
    this.#open.enter(
      new ListFrame({
        scope: { parent: this.#open.list.scope },
        isRead: true,
        isArithmetic: isArithmetic || this.#open.list.isArithmetic,
      }),
    );
  }
}
