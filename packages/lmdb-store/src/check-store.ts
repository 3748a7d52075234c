import { checkDatabase, type DatabaseReport } from "./check-database.ts";
import { FORMAT_KEY, unseal } from "./record-codec.ts";

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
    if (collection !== current) {
      current = collection;
      isOurs = Buffer.compare(FORMAT_BYTES, key) === 0;
    }
    if (!isOurs) return undefined;
    // No key of a user begins with NUL.
    if (key[0] === 0) own.set(collection, (own.get(collection) ?? 0) + 1);
    return unseal(key, value) === undefined ? "its checksum does not match" : undefined;
  };
  const report = await checkDatabase(path, { recordFault });
  if (report === undefined) return undefined;
  const collections = report.collections.map(({ name, records }) => ({
    name,
    records: records - (own.get(name) ?? 0),
  }));
  return { ...report, collections };
}
