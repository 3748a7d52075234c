import type { NativeCollection } from "./collection-options.ts";
import { ForeignDatabaseError } from "./errors.ts";
import { FORMAT_KEY, seal, unseal } from "./record-codec.ts";

const FORMAT = Buffer.from("1");

/**
 * The first record of a collection says that it is one of ours, and of which version; an empty one gets
 * it. Throws `ForeignDatabaseError`.
 */
export function markFormat(path: string, name: string, database: NativeCollection): void {
  const sealed = database.getBinary(FORMAT_KEY);
  if (sealed === undefined) {
    if (!isEmpty(database))
      throw new ForeignDatabaseError(path, `another program has written ${name}`);
    database.putSync(FORMAT_KEY, seal(FORMAT_KEY, FORMAT));
    return;
  }
  const format = unseal(FORMAT_KEY, sealed);
  if (format === undefined || Buffer.compare(FORMAT, format) !== 0) {
    throw new ForeignDatabaseError(path, `${name} has a format that this version does not know`);
  }
}

function isEmpty(database: NativeCollection): boolean {
  for (const _ of database.getKeys({ start: FORMAT_KEY, limit: 1 })) return false;
  return true;
}
