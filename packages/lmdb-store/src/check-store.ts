import { checkDatabase } from "./check-database.ts";
import { formatFault } from "./collection-format.ts";
import type { DatabaseReport } from "./database-report.ts";
import { DamagedDatabaseError } from "./errors.ts";
import { FORMAT_KEY, unseal } from "./record-codec.ts";

// The room is there before a transaction takes pages. Some that it gives back are not written at all.
const MOST_PAGES_BEHIND = 64;

const FORMAT_BYTES = Buffer.from(FORMAT_KEY);

/**
 * As `checkDatabase`, and the checksum of every record; what is counted are the records that users have
 * put. Collections of other programs, which do not begin with our record, have no checksums.
 */
export async function checkStore(path: string): Promise<DatabaseReport | undefined> {
  const own = new Map<string, number>();
  let current: string | undefined;
  let isOurs = false;
  const recordFault = (collection: string, key: Uint8Array, value: Uint8Array) => {
    const isFirst = collection !== current;
    current = collection;
    if (isFirst) isOurs = Buffer.compare(FORMAT_BYTES, key) === 0;
    if (!isOurs) return undefined;
    // No key of a user begins with NUL.
    if (key[0] === 0) own.set(collection, (own.get(collection) ?? 0) + 1);
    if (isFirst) return formatFault(collection, value);
    return unseal(key, value) === undefined ? "its checksum does not match" : undefined;
  };
  const report = await checkDatabase(path, { recordFault });
  if (report === undefined) return undefined;
  const behind = report.pages - Math.ceil(report.bytes / report.pageSize);
  if (behind > MOST_PAGES_BEHIND) {
    throw new DamagedDatabaseError(path, `its last page lies ${behind} pages behind its end`);
  }
  const collections = report.collections.map(({ name, records }) => ({
    name,
    records: records - (own.get(name) ?? 0),
  }));
  return { ...report, collections };
}
