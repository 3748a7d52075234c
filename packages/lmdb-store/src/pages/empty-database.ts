import { DATA_VERSION, INTEGER_KEYS, MAGIC, META_OFFSET } from "./meta-layout.ts";
import { META_PAGES, PAGE, PAGE_FLAG } from "./page-layout.ts";

/** What every database of this package has, also where the system's own pages are larger. */
export const PAGE_BYTES = 4096;
const NO_ROOT = 2n ** 64n - 1n;

/**
 * The bytes of a database without collections, and zeros behind it. LMDB can make one itself, but not
 * on a full disk: what lmdb-js does when that fails may end the process.
 */
export function emptyDatabase(bytes: number): Buffer {
  const file = Buffer.alloc(bytes);
  for (let page = 0; page < META_PAGES; page += 1) {
    const meta = file.subarray(page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
    meta.writeUInt8(page, PAGE.number);
    meta.writeUInt16LE(PAGE_FLAG.meta, PAGE.flags);
    meta.writeUInt32LE(MAGIC, META_OFFSET.magic);
    meta.writeUInt32LE(DATA_VERSION, META_OFFSET.version);
    meta.writeBigUInt64LE(BigInt(bytes), META_OFFSET.mapSize);
    // The record of the free tree begins with the size of a page, and its flags.
    meta.writeUInt32LE(PAGE_BYTES, META_OFFSET.freeTree);
    meta.writeUInt16LE(INTEGER_KEYS, META_OFFSET.freeTree + 4);
    meta.writeBigUInt64LE(NO_ROOT, META_OFFSET.freeTree + 40);
    meta.writeBigUInt64LE(NO_ROOT, META_OFFSET.mainTree + 40);
    meta.writeBigUInt64LE(BigInt(META_PAGES - 1), META_OFFSET.lastPage);
  }
  return file;
}
