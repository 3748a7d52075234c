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
}

interface Applied {
  /** The new content of the file; undefined when no change succeeded. */
  readonly text: string | undefined;
  /** Of the first changes, as many as were tried. */
  readonly outcomes: readonly Outcome[];
  /** The old content is corrupt, and is to be set aside. */
  readonly isOldCorrupt: boolean;
}

export interface ApplyOptions {
  readonly indent: string | number;
  /** Asked between two changes: once true, the others have to wait. */
  readonly isTimeUp: () => boolean;
}

/**
 * The file's bytes (undefined: there is none) after all these changes, each made on the value that
 * the one before left. A change that fails leaves no trace in the text, not even when it has half
 * changed the value that it was given: then all are made once more, each on a value of its own.
 */
export function applyChanges(
  bytes: Uint8Array | undefined,
  changes: readonly JsonChange[],
  options: ApplyOptions,
): Applied {
  const together = changes.length > 1 ? applyTogether(bytes, changes, options) : undefined;
  return together ?? applyEachAlone(bytes, changes, options);
}

function applyTogether(
  bytes: Uint8Array | undefined,
  changes: readonly JsonChange[],
  { indent, isTimeUp }: ApplyOptions,
): Applied | undefined {
  const old = decode(bytes);
  let current = old;
  let value: unknown;
  let count = 0;
  try {
    for (const change of changes) {
      value = runUpdate(change, valueFor(change, current));
      current = { value };
      count += 1;
      if (isTimeUp()) break;
    }
    const outcomes = Array.from({ length: count }, () => undefined);
    return { text: encode(value, indent), outcomes, isOldCorrupt: isCorrupt(old) };
  } catch {
    // One of them failed. Which, and with what, the other way tells.
    return undefined;
  }
}

function applyEachAlone(
  bytes: Uint8Array | undefined,
  changes: readonly JsonChange[],
  { indent, isTimeUp }: ApplyOptions,
): Applied {
  const old = decode(bytes);
  let current = old;
  let text: string | undefined;
  const outcomes: Outcome[] = [];
  for (const change of changes) {
    try {
      text = encode(runUpdate(change, valueFor(change, current)), indent);
      outcomes.push(undefined);
    } catch (error) {
      outcomes.push({ error });
    }
    current = text === undefined ? decode(bytes) : { value: JSON.parse(text) };
    if (isTimeUp()) break;
  }
  return { text, outcomes, isOldCorrupt: text !== undefined && isCorrupt(old) };
}

/** What a file holds: a value, nothing (there is no file), or what is no JSON. */
type Content = { readonly value: unknown } | { readonly fault: unknown } | undefined;

function isCorrupt(content: Content): boolean {
  return content !== undefined && "fault" in content;
}

// Invalid UTF-8 is refused: read leniently, it would be lost at the next write.
const decoder = new TextDecoder("utf-8", { fatal: true });

function decode(bytes: Uint8Array | undefined): Content {
  if (bytes === undefined) return undefined;
  try {
    return { value: JSON.parse(decoder.decode(bytes)) };
  } catch (fault) {
    return { fault };
  }
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
