/**
 * What a git configuration file sets, by names such as `core.bare` (section and key in lower case,
 * a subsection between them as it is written); of several entries the last. A name alone stands for
 * `true`. Lines that git would refuse are passed over; no file is included.
 *
 * The syntax is that of git-config(1), "CONFIGURATION FILE".
 */
export function parseGitConfig(source: string): ReadonlyMap<string, string> {
  const text = source.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n");
  const values = new Map<string, string>();
  let section = "";
  let at = 0;
  const take = (token: RegExp): RegExpExecArray | undefined => {
    token.lastIndex = at;
    const found = token.exec(text) ?? undefined;
    if (found !== undefined) at = token.lastIndex;
    return found;
  };
  while (at < text.length) {
    if (take(BLANK) !== undefined) continue;
    const header = take(HEADER);
    if (header !== undefined) {
      section = sectionOf(header);
      continue;
    }
    const entry = take(ENTRY);
    if (entry === undefined) {
      take(REST);
      continue;
    }
    const [, key = "", sign] = entry;
    const { value, end } = sign === "=" ? readValue(text, at) : { value: "true", end: at };
    values.set(`${section}.${key.toLowerCase()}`, value);
    at = end;
  }
  return values;
}

const BLANK = /[ \t\r\n]+|[#;][^\n]*/y;
const HEADER = /\[([a-z0-9.-]+)(?:[ \t\r]+"((?:[^"\\\n]|\\[^\n])*)")?\]/iy;
const ENTRY = /([a-z][a-z0-9-]*)[ \t]*(=|(?=\n)|(?![^]))/iy;
const REST = /[^\n]+/y;

function sectionOf([, name = "", subsection]: RegExpExecArray): string {
  const section = name.toLowerCase();
  if (subsection === undefined) return section;
  return `${section}.${subsection.replaceAll(/\\(.)/g, "$1")}`;
}

/** The value that begins at `start`, and where its line ends. */
function readValue(text: string, start: number): { value: string; end: number } {
  let value = "";
  // Blanks at the end do not count, unless they are quoted.
  let length = 0;
  let isQuoted = false;
  let at = start;
  for (; at < text.length && text[at] !== "\n"; at += 1) {
    const character = text.charAt(at);
    if (!isQuoted && "#;".includes(character)) {
      const end = text.indexOf("\n", at);
      return { value: value.slice(0, length), end: end === -1 ? text.length : end };
    }
    if (!isQuoted && " \t\r".includes(character)) {
      if (value !== "") value += character;
      continue;
    }
    if (character === '"') isQuoted = !isQuoted;
    else if (character === "\\") {
      at += 1;
      value += escaped(text.charAt(at));
    } else value += character;
    length = value.length;
  }
  return { value: value.slice(0, length), end: at };
}

/** What a character behind a backslash stands for; a line's end: that the value goes on. */
function escaped(character: string): string {
  return { "\n": "", n: "\n", t: "\t", b: "\b" }[character] ?? character;
}

/** Whether git takes a value for a true one (git-config(1), "Values", boolean). */
export function isTrue(value: string | undefined): boolean {
  return value !== undefined && /^(?:true|yes|on|[-+]?0*[1-9]\d*[kmg]?)$/i.test(value);
}
