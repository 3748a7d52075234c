import type { AppliedChanges } from "./applied-changes.ts";
import { JsonError } from "./errors.ts";
import type { Outcome } from "./group-commit.ts";

/** One change of a JSON file. */
export interface JsonChange {
  readonly path: string;
  readonly update: (value: unknown) => unknown;
  /** The value of a missing file, as text; undefined: a missing file is an error. */
  readonly initial: string | undefined;
  /** Whether a corrupt file may be set aside and started anew. */
  readonly quarantines: boolean;
  readonly indent: number | string;
}

/**
 * The file's bytes (undefined: there is none) after all these changes, each made on what the one
 * before has written: on a value of its own. So nothing of a change that fails gets into the text,
 * and what a caller keeps of a value is not changed by others. Between two changes `isTimeUp` is
 * asked; once it is, the others have to wait.
 */
export function applyChanges(
  bytes: Uint8Array | undefined,
  changes: readonly JsonChange[],
  isTimeUp: () => boolean,
): AppliedChanges {
  const old = decode(bytes);
  let current = old;
  let text: string | undefined;
  const outcomes: Outcome[] = [];
  for (const change of changes) {
    // The value was given away: the next one parses anew.
    current ??= text === undefined ? decode(bytes) : { value: JSON.parse(text) };
    try {
      text = encode(runUpdate(change, valueFor(change, current)), change.indent);
      outcomes.push(undefined);
    } catch (error) {
      outcomes.push({ error });
    }
    current = undefined;
    if (isTimeUp()) break;
  }
  const isOldCorrupt = text !== undefined && old !== undefined && "fault" in old;
  const setsAside = isOldCorrupt ? outcomes.indexOf(undefined) : undefined;
  return { data: text, outcomes, setsAside };
}

/** What a file holds: a value, nothing (there is no file), or what is no JSON. */
type Content = { readonly value: unknown } | { readonly fault: unknown } | undefined;

// Invalid UTF-8 is refused: read leniently, it would be lost at the next write.
const decoder = new TextDecoder("utf-8", { fatal: true });

function decode(bytes: Uint8Array | undefined): Content {
  if (bytes === undefined) return undefined;
  try {
    return { value: parseJson(bytes) };
  } catch (fault) {
    // JSON.parse throws the one, the decoder the other. Anything else is not the file's fault.
    if (fault instanceof SyntaxError || fault instanceof TypeError) return { fault };
    throw fault;
  }
}

/** Throws a SyntaxError or a TypeError for what is no JSON in UTF-8. */
export function parseJson(bytes: Uint8Array): unknown {
  return JSON.parse(decoder.decode(bytes));
}

function valueFor(change: JsonChange, content: Content): unknown {
  const { path, initial } = change;
  if (content !== undefined && "value" in content) return content.value;
  if (content !== undefined && !change.quarantines) {
    throw new JsonError("ATOMIC_FS_CORRUPT", path, "it is not valid JSON", content.fault);
  }
  if (initial === undefined) {
    throw new JsonError("ATOMIC_FS_MISSING", path, "there is no such file, and no initial value");
  }
  return JSON.parse(initial);
}

function runUpdate({ path, update }: JsonChange, value: unknown): unknown {
  const next = update(value);
  if (next instanceof Promise) {
    // What becomes of it is nobody's any more.
    next.catch(() => {});
    throw new TypeError(`the update of ${path} gave a promise: it must be synchronous`);
  }
  if (next === undefined || typeof next === "function" || typeof next === "symbol") {
    throw new TypeError(`the update of ${path} gave no JSON value: it must return the new one`);
  }
  return next;
}

export function encode(value: unknown, indent: string | number): string {
  const text: string | undefined = JSON.stringify(value, undefined, indent);
  if (text === undefined) throw new TypeError("JSON cannot hold the value");
  return `${text}\n`;
}
