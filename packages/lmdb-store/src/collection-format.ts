import type { NativeCollection } from "./collection-options.ts";
import { DamagedDatabaseError, type ForeignContents, ForeignDatabaseError } from "./errors.ts";
import { FORMAT_KEY, seal, unseal } from "./record-codec.ts";

const VERSION = "1";

/** What the first record of a collection holds: its version, and its name, which has no checksum itself. */
function formatOf(name: string): string {
  return `${VERSION} ${name}`;
}

/** What is wrong with the first record of a collection of this package; undefined: nothing. */
export function formatFault(name: string, sealed: Uint8Array): string | undefined {
  const format = unseal(FORMAT_KEY, sealed);
  if (format === undefined) return "its checksum does not match";
  const text = Buffer.from(format).toString();
  if (text === formatOf(name) || !text.startsWith(`${VERSION} `)) return undefined;
  return `it is that of a collection of another name: ${JSON.stringify(text.slice(VERSION.length + 1))}`;
}

/** Who has written a collection: this version, a later one, or another program. */
export type FormatState = "ours" | "newer" | "foreign";

/** What the first record of a collection of this package says, once `formatFault` has found nothing wrong with it. */
export function formatState(name: string, sealed: Uint8Array): FormatState {
  return Buffer.from(unseal(FORMAT_KEY, sealed) ?? []).toString() === formatOf(name)
    ? "ours"
    : "newer";
}

/** What is thrown for a collection that another program has written. */
export function foreignCollectionError(
  path: string,
  name: string,
  holds?: ForeignContents,
): ForeignDatabaseError {
  return new ForeignDatabaseError(path, `another program has written ${name}`, { holds });
}

/** What is thrown for a collection of a later version. */
export function newerFormatError(path: string, name: string): ForeignDatabaseError {
  const reason = `${name} has a format that this version does not know`;
  return new ForeignDatabaseError(path, reason);
}

/**
 * The first record of a collection says that it is one of ours, which one, and of which version; an empty
 * one gets it. Throws `ForeignDatabaseError` and `DamagedDatabaseError`.
 */
export function markFormat(path: string, name: string, database: NativeCollection): void {
  const sealed = database.getBinary(FORMAT_KEY);
  if (sealed === undefined) {
    if (!isEmpty(database)) {
      throw foreignCollectionError(path, name);
    }
    database.putSync(FORMAT_KEY, seal(FORMAT_KEY, Buffer.from(formatOf(name))));
    return;
  }
  const fault = formatFault(name, sealed);
  if (fault !== undefined) throw new DamagedDatabaseError(path, `collection "${name}": ${fault}`);
  if (formatState(name, sealed) === "newer") throw newerFormatError(path, name);
}

function isEmpty(database: NativeCollection): boolean {
  for (const _ of database.getKeys({ start: FORMAT_KEY, limit: 1 })) return false;
  return true;
}
