import { assertOptions } from "./assert-options.ts";
import { afterReplacement, MarkdownError, toTypedError } from "./errors.ts";
import { runSync, syncFileCalls } from "./file-calls.ts";
import { absolutePath } from "./follow-links.ts";
import { targetOf } from "./group-commit.ts";
import { type LockOptions, timeoutOf } from "./locks/lock-options.ts";
import { type HeldLock, withFileLock } from "./locks/with-file-lock.ts";
import type { MarkdownFile } from "./markdown/markdown-document.ts";
import { setField, setSection } from "./markdown/markdown-edits.ts";
import { parseHeading, trimBlanks } from "./markdown/markdown-syntax.ts";
import { readRegularFile } from "./read-regular-file.ts";
import {
  assertReplaceOptions,
  type Durability,
  replaceAt,
  type ReplaceOptions,
} from "./replace-file.ts";

/** How an edit is written, and what is done about a field or a section that is not there. */
export interface UpdateMarkdownOptions extends LockOptions {
  /** Default `full`. */
  readonly durability?: Durability | undefined;
  /** Permission bits. Default: those of the file. */
  readonly mode?: number | undefined;
  /**
   * Of a field or a section that is not there: `refuse` (the default) throws, `append` adds it. A
   * file, and the section of a field, must be there in any case.
   */
  readonly missing?: "refuse" | "append" | undefined;
}

/** The same for a field, which can be looked for in one section only. */
export interface UpdateMarkdownFieldOptions extends UpdateMarkdownOptions {
  /** As the heading of `updateMarkdownSection`: the field is in this section, or one below it. */
  readonly section?: string | undefined;
}

/**
 * Makes `field: value` of the one line of a Markdown file that starts, at column 0, with `field:`.
 * Both are taken literally, and every other byte stays what it is. A function is called with the value
 * that is there (empty for a field that is added), while the lock is held. Lines of front matter, of
 * fenced code and of comments are no fields. Atomic; exclusive across processes, threads and calls; fenced;
 * durable by `durability` when the promise resolves.
 *
 * Throws `MarkdownError` for a file or a field that is missing, and a field that is there several
 * times; TypeError for a value after which the lines around it would mean something else, as behind
 * an unclosed code fence; `WriteError`, `LockedError`, and `LockLostError` when the lock was taken
 * away before the replacement. Then the old content stands.
 */
export async function updateMarkdownField(
  path: string,
  field: string,
  value: string | ((current: string) => string),
  options: UpdateMarkdownFieldOptions = {},
): Promise<void> {
  assertOptions(options);
  const { section, missing = "refuse" } = options;
  assertText("field", field);
  if (typeof value !== "function") assertText("value", value);
  if (field === "" || /[\r\n]|^[ \t]/.test(field)) throw notOne("field", field);
  if (section !== undefined) assertHeading(section);
  await update(path, options, (file) => setField(file, field, value, { section, missing }));
}

/**
 * Puts `body` in the place of a section's content: of what lies between its heading and the next
 * one of the same or a higher level, without the blank lines around it. `heading` is a title, or one
 * behind number signs, which then tell the level. The line ends of `body` become those of the file;
 * an empty one empties the section; a function is called with the body that is there. Every byte
 * outside the section stays what it is.
 *
 * Promises and throws what `updateMarkdownField` does; a TypeError for a body that would end its
 * section, by a heading as high as its own, or not end with it, by an unclosed code fence.
 */
export async function updateMarkdownSection(
  path: string,
  heading: string,
  body: string | ((current: string) => string),
  options: UpdateMarkdownOptions = {},
): Promise<void> {
  assertOptions(options);
  const { missing = "refuse" } = options;
  if (typeof body !== "function") assertText("body", body);
  assertHeading(heading);
  await update(path, options, (file) => setSection(file, heading, body, missing));
}

function assertText(what: string, text: unknown): void {
  // Half a surrogate pair has no bytes: another character would be written.
  if (typeof text !== "string" || !text.isWellFormed()) throw notOne(what, text);
}

function assertHeading(heading: string): void {
  assertText("heading", heading);
  const line = trimBlanks(heading);
  const title = parseHeading(line)?.title ?? line;
  if (title === "" || /[\r\n]/.test(title)) throw notOne("heading", heading);
}

function notOne(what: string, text: unknown): TypeError {
  return new TypeError(`a ${what} cannot be ${JSON.stringify(text) ?? String(text)}`);
}

async function update(
  path: string,
  options: UpdateMarkdownOptions,
  edit: (file: MarkdownFile) => Uint8Array,
): Promise<void> {
  const { durability = "full", mode, missing = "refuse" } = options;
  assertReplaceOptions({ durability, mode });
  timeoutOf(options);
  if (missing !== "refuse" && missing !== "append") {
    throw new TypeError(`what is missing cannot be treated by ${JSON.stringify(missing)}`);
  }
  const start = absolutePath(path);
  let isReplaced = false;
  const section = (lock: HeldLock): void => {
    replace(start, edit, lock, { durability, mode });
    isReplaced = true;
  };
  try {
    await withFileLock(start, section, options);
  } catch (error) {
    throw isReplaced ? afterReplacement(start, error) : error;
  }
}

/** One piece: read, edit and replace, while the lock is held. */
function replace(
  path: string,
  edit: (file: MarkdownFile) => Uint8Array,
  lock: HeldLock,
  options: ReplaceOptions,
): void {
  try {
    const target = targetOf(path);
    const old = readRegularFile(syncFileCalls, target);
    if (old === undefined) {
      throw new MarkdownError("ATOMIC_FS_MISSING", path, "there is no such file");
    }
    const bytes = edit({ path, bytes: old.bytes });
    const place = { target, previous: old.stats };
    const fenced = { ...options, fence: lock.assertHeld };
    runSync(replaceAt(syncFileCalls, path, place, bytes, fenced), syncFileCalls);
  } catch (error) {
    throw toTypedError(path, error);
  }
}
