import { checkDatabase } from "./check-database.ts";
import {
  foreignCollectionError,
  formatFault,
  type FormatState,
  formatState,
  newerFormatError,
} from "./collection-format.ts";
import type { DatabaseReport } from "./database-report.ts";
import { DamagedDatabaseError } from "./errors.ts";
import { FORMAT_KEY, unseal } from "./record-codec.ts";

// The room is there before a transaction takes pages. Some that it gives back are not written at all.
const MOST_PAGES_BEHIND = 64;

const FORMAT_BYTES = Buffer.from(FORMAT_KEY);

/**
 * As `checkDatabase`, and the checksum of every record; what is counted are the records that users have
 * put. Collections of other programs, which do not begin with our record, have no checksums; one that is wanted is a
 * `ForeignDatabaseError`.
 */
export async function checkStore(
  path: string,
  wanted: readonly string[] = [],
): Promise<DatabaseReport | undefined> {
  const own = new Map<string, number>();
  const formats = new Map<string, FormatState>();
  let current: string | undefined;
  let isOurs = false;
  const recordFault = (collection: string, key: Uint8Array, value: Uint8Array) => {
    const isFirst = collection !== current;
    current = collection;
    if (isFirst) {
      isOurs = Buffer.compare(FORMAT_BYTES, key) === 0;
      formats.set(collection, isOurs ? formatState(collection, value) : "foreign");
    }
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
  assertOurs(path, formats, wanted);
  const collections = report.collections.map(({ name, records }) => ({
    name,
    records: records - (own.get(name) ?? 0),
  }));
  return { ...report, collections };
}

/** Throws what opening the collections would throw, before anything is written. */
function assertOurs(
  path: string,
  formats: ReadonlyMap<string, FormatState>,
  wanted: readonly string[],
): void {
  for (const name of wanted) {
    const state = formats.get(name);
    if (state === undefined || state === "ours") continue;
    if (state === "newer") throw newerFormatError(path, name);
    const isOthersOnly = [...formats.values()].every((one) => one === "foreign");
    const holds = { kind: "collections", count: formats.size } as const;
    throw foreignCollectionError(path, name, isOthersOnly ? holds : undefined);
  }
}
