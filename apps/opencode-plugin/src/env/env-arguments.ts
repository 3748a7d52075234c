/** A text in the arguments of a call that may name files, and how it does. */
export interface NamingText {
  readonly kind: "path" | "pattern" | "command" | "patch" | "prompt";
  readonly text: string;
  /** Where the command of the call works; `.` where the call does not say. */
  readonly folder: string;
}

interface Place {
  readonly tool: string;
  readonly folder: string;
  readonly key: string;
  readonly depth: number;
}

// How tools of others call the arguments that are paths, without `_` and `-`.
const PATH_KEY =
  /^(?:(?:abs(?:olute)?|relative|workspace|relativeworkspace|notebook|file|source|src|destination|dest|target|from|to|input|output|old|new)?(?:path|file|filename|pathname|uri)s?|source|destination|src|dest|directory|dir|folder|workdir|cwd|include)$/i;
// Tools of others that are called `shell` or `execute` take their command under these.
const COMMAND_KEY = /^(?:commands?|cmd|script)$/i;
const URL_KEY = /^(?:urls?|href)$/i;

const LONGEST_KEY = 40;
const MOST_LEVELS = 4;
const MOST_VALUES = 10_000;

/**
 * The texts in the arguments of a tool that may name files, by the names of the arguments, also in objects within
 * objects: four levels of them, and ten thousand values in all.
 */
export function namingTexts(tool: string, args: object): Iterable<NamingText> {
  let valuesLeft = MOST_VALUES;

  function* inObject(value: object, around: Place): Generator<NamingText> {
    const own: Readonly<Record<string, unknown>> = { ...value };
    const folder = textOf(own["workdir"]) ?? textOf(own["cwd"]) ?? around.folder;
    // A tool that calls others, such as `batch`, says which.
    const of = around.depth === 0 ? tool : (textOf(own["tool"]) ?? around.tool);
    for (const [key, each] of Object.entries(own)) {
      const place = { ...around, tool: of, folder, key };
      yield* COMMAND_KEY.test(key) ? inCommand(each, own["args"], place) : inValue(each, place);
    }
  }

  function* inCommand(value: unknown, more: unknown, place: Place): Generator<NamingText> {
    const { folder, key } = place;
    const text = key.endsWith("s") ? undefined : commandLine(value, more);
    if (text === undefined) yield* inValue(value, place);
    else yield { kind: "command", text, folder };
  }

  function* inValue(value: unknown, place: Place): Generator<NamingText> {
    if (valuesLeft <= 0) return;
    valuesLeft -= 1;
    if (typeof value === "string") {
      const kind = kindOf(value, place);
      if (kind !== undefined) yield { kind, text: value, folder: place.folder };
    } else if (Array.isArray(value)) {
      for (let at = 0; at < value.length && valuesLeft > 0; at += 1) {
        const each: unknown = value[at];
        const depth = Array.isArray(each) ? place.depth + 1 : place.depth;
        if (depth <= MOST_LEVELS) yield* inValue(each, { ...place, depth });
      }
    } else if (typeof value === "object" && value !== null && place.depth < MOST_LEVELS) {
      yield* inObject(value, { ...place, depth: place.depth + 1 });
    }
  }

  return inObject(args, { tool, folder: ".", key: "", depth: 0 });
}

function kindOf(text: string, { tool, key }: Place): NamingText["kind"] | undefined {
  if (COMMAND_KEY.test(key)) return "command";
  if (key === "patchText") return "patch";
  if (tool === "task" && key === "prompt") return "prompt";
  if (tool === "glob" && key === "pattern") return "pattern";
  if (tool === "grep" && key === "include") return "pattern";
  if (URL_KEY.test(key)) return isFileUri(text) ? "path" : undefined;
  const isPath = key.length <= LONGEST_KEY && PATH_KEY.test(key.replaceAll(/[_-]/g, ""));
  return isPath ? "path" : undefined;
}

/** The text that a shell would run, of a text or of words, with the words of an argument `args` behind it. */
function commandLine(value: unknown, args: unknown): string | undefined {
  const command = Array.isArray(value) ? quotedWords(value) : textOf(value);
  const more = Array.isArray(args) ? quotedWords(args) : undefined;
  return command === undefined || more === undefined ? command : `${command} ${more}`;
}

/** Undefined where one of them is no text. A word that is only a pattern stays one: many tools run the line by a shell. */
function quotedWords(words: readonly unknown[]): string | undefined {
  const quoted: string[] = [];
  for (let place = 0; place < words.length; place += 1) {
    const word = words[place];
    if (typeof word !== "string" || place >= MOST_VALUES) return undefined;
    quoted.push(/^[\w@%+=:,./*?[\]{}-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
  }
  return quoted.join(" ");
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

const FILE_URI = /^file:(?:\/\/(?:localhost)?(?=\/))?/i;

function isFileUri(text: string): boolean {
  return FILE_URI.test(text);
}

/** The path that a `file:` address names; another text as it is. */
export function pathOfUri(text: string): string {
  if (!isFileUri(text)) return text;
  const path = text.replace(FILE_URI, "").replace(/[?#].*$/s, "");
  try {
    return decodeURIComponent(path);
  } catch {
    // Not encoded as it should be: taken as it is.
    return path;
  }
}
