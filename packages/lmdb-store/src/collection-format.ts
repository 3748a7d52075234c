import type { NativeCollection } from "./collection-options.ts";
import { DamagedDatabaseError, ForeignDatabaseError } from "./errors.ts";
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

/**
 * The first record of a collection says that it is one of ours, which one, and of which version; an empty
 * one gets it. Throws `ForeignDatabaseError` and `DamagedDatabaseError`.
 */
export function markFormat(path: string, name: string, database: NativeCollection): void {
  const sealed = database.getBinary(FORMAT_KEY);
  if (sealed === undefined) {
    if (!isEmpty(database)) {
      throw new ForeignDatabaseError(path, `another program has written ${name}`);
    }
    database.putSync(FORMAT_KEY, seal(FORMAT_KEY, Buffer.from(formatOf(name))));
    return;
  }
  const fault = formatFault(name, sealed);
  if (fault !== undefined) throw new DamagedDatabaseError(path, `collection "${name}": ${fault}`);
  if (Buffer.from(unseal(FORMAT_KEY, sealed) ?? []).toString() === formatOf(name)) return;
  throw new ForeignDatabaseError(path, `${name} has a format that this version does not know`);
}

function isEmpty(database: NativeCollection): boolean {
  for (const _ of database.getKeys({ start: FORMAT_KEY, limit: 1 })) return false;
  return true;
}
