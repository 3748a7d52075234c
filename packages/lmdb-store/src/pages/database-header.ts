import { closeSync } from "node:fs";

import { DamagedDatabaseError, ForeignDatabaseError } from "../errors.ts";
import { type DatabaseFile, openDatabaseFile } from "./database-file.ts";
import { DATA_VERSION, INTEGER_KEYS, MAGIC, META_OFFSET } from "./meta-layout.ts";
import { META_PAGES, PAGE, PAGE_FLAG, readNumber } from "./page-layout.ts";
import { parseTreeRecord, type TreeRecord } from "./tree-record.ts";

/**
 * LMDB maps its file into memory and believes what stands there, so a cut or overwritten file can
 * end the process by a signal. Its first two pages are meta pages, written in turn by commits, and
 * a look at both, in plain JavaScript, tells much of it beforehand. It never calls a healthy file
 * damaged: pages at the end that were taken and given back within one transaction are not written,
 * so a file may be shorter than its last page suggests, but never without its root pages.
 * With overlapping sync there is a third one half a page behind the first, which is not looked at: only
 * who opens with overlapping sync reads it.
 */
const META_BYTES = 160;
// Each takes microseconds, and two commits in a row have to fall into it.
const MOST_ATTEMPTS = 100;
// Where plain LMDB, whose pages have a shorter header, has its magic.
const PLAIN_MAGIC_OFFSET = 16;
const SMALLEST_PAGE = 512;
const LARGEST_PAGE = 65_536;
// The free tree keeps the options of the one who made the file among its flags.
const FIXED_ADDRESS = 0x1;
const ENCRYPTED = 0x2000;
const HARMLESS_OPTIONS = 0x5c00;

/** What the header of an LMDB file says of its newest transaction. */
export interface DatabaseHeader {
  /** Bytes. */
  readonly pageSize: number;
  /** Number of the last page in use, counted from 0. */
  readonly lastPage: number;
  /** Number of the last committed transaction. */
  readonly transaction: number;
}

/** What one of the two meta pages says. */
export interface Meta extends DatabaseHeader {
  readonly freeTree: TreeRecord;
  readonly mainTree: TreeRecord;
}

/**
 * What the header of an LMDB file says, after a check of both meta pages and of the root pages they
 * name; undefined for a file that is missing or still empty. Loads no native code.
 *
 * Throws `DamagedDatabaseError`, `ForeignDatabaseError` for a file of which neither meta page is one of
 * ours, neither of them for a healthy file of this package, and `DatabaseError` for what the file system
 * refuses.
 * A passed check does not vouch for what is behind the header: a file cut after its root pages passes.
 */
export async function readDatabaseHeader(path: string): Promise<DatabaseHeader | undefined> {
  const file = openDatabaseFile(path);
  if (file === undefined) return undefined;
  try {
    const [{ pageSize, lastPage, transaction }] = readMetas(file);
    return { pageSize, lastPage, transaction };
  } finally {
    closeSync(file.descriptor);
  }
}

/**
 * Both meta pages, the one that counts first, after a check of each and of whether they fit together.
 * The root pages of the one that counts are inside the file.
 */
export function readMetas(file: DatabaseFile): readonly [Meta, Meta] {
  const { path } = file;
  const pages = readMetaPages(file);
  assertOurs(file, pages);
  const first = checkMeta(path, pages[0], 0);
  const second = checkMeta(path, pages[1], 1);
  if (first.pageSize !== second.pageSize) {
    throw new DamagedDatabaseError(path, "its two meta pages contradict each other");
  }
  if (!areSuccessive(first.transaction, second.transaction)) {
    const reason = `its meta pages are of transactions ${first.transaction} and ${second.transaction}`;
    throw new DamagedDatabaseError(path, reason);
  }
  const isFirst = first.transaction >= second.transaction;
  const newest = isFirst ? first : second;
  assertRootsInside(path, newest, file.size());
  return [newest, isFirst ? second : first];
}

/** Transactions are written to the first meta page when they are even, to the second when odd. */
function areSuccessive(first: number, second: number): boolean {
  // A new file has none yet, a compact copy only the one that it is a copy of.
  if (first === 0) return second === 0 || second % 2 === 1;
  return first % 2 === 0 && Math.abs(first - second) === 1;
}

/** Both pages as they were at one time, although somebody may be writing to them. */
function readMetaPages(file: DatabaseFile): readonly [Buffer, Buffer] {
  let pages = readBoth(file);
  for (let attempt = 1; attempt < MOST_ATTEMPTS; attempt += 1) {
    const again = readBoth(file);
    if (pages[0].equals(again[0]) && pages[1].equals(again[1])) break;
    pages = again;
  }
  return pages;
}

function readBoth(file: DatabaseFile): readonly [Buffer, Buffer] {
  const first = readPart(file, 0);
  // Where the second one is, only the first one tells.
  const isWhole = first.length === META_BYTES;
  return [
    first,
    isWhole ? readPart(file, first.readUInt32LE(META_OFFSET.freeTree)) : Buffer.alloc(0),
  ];
}

function readPart(file: DatabaseFile, position: number): Buffer {
  const bytes = Buffer.alloc(META_BYTES);
  return bytes.subarray(0, file.read(bytes, position));
}

/**
 * Throws `ForeignDatabaseError` for a file that nothing of what it says to be is left of, or that says to
 * be another one: only what begins as ours do can be one of ours that is damaged.
 */
function assertOurs(file: DatabaseFile, [first, second]: readonly [Buffer, Buffer]): void {
  const { path } = file;
  if (!hasMagic(first)) {
    if (hasSecondMetaPage(file)) {
      throw new DamagedDatabaseError(path, "its page 0 is no meta page");
    }
    const reason = hasMagic(first, PLAIN_MAGIC_OFFSET)
      ? "it is of another version of LMDB"
      : "it is no LMDB database";
    throw new ForeignDatabaseError(path, reason);
  }
  if (first.length < META_BYTES || second.length < META_BYTES) return;
  const version = first.readUInt32LE(META_OFFSET.version);
  const isOfBoth = hasMagic(second) && second.readUInt32LE(META_OFFSET.version) === version;
  if (version !== DATA_VERSION && isOfBoth) {
    const reason = `its data version is ${version}, not ${DATA_VERSION}`;
    throw new ForeignDatabaseError(path, reason);
  }
}

function hasMagic(page: Buffer, offset: number = META_OFFSET.magic): boolean {
  return page.length >= offset + 4 && page.readUInt32LE(offset) === MAGIC;
}

/** Whether the second one is there, when the first one cannot tell where. */
function hasSecondMetaPage(file: DatabaseFile): boolean {
  for (let position = SMALLEST_PAGE; position <= LARGEST_PAGE; position *= 2) {
    if (hasMagic(readPart(file, position))) return true;
  }
  return false;
}

function checkMeta(path: string, bytes: Buffer, number: number): Meta {
  if (bytes.length < META_BYTES) throw new DamagedDatabaseError(path, "it is cut in its header");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const flags = view.getUint16(PAGE.flags, true);
  const isMeta = hasMagic(bytes) && flags === PAGE_FLAG.meta;
  if (!isMeta || readNumber(view, PAGE.number) !== number) {
    throw new DamagedDatabaseError(path, `its page ${number} is no meta page`);
  }
  return parseMeta(path, view);
}

function parseMeta(path: string, view: DataView): Meta {
  const version = view.getUint32(META_OFFSET.version, true);
  if (version !== DATA_VERSION) {
    throw new DamagedDatabaseError(path, `its data version is ${version}, not ${DATA_VERSION}`);
  }
  // The free tree's record has the page size where others have nothing.
  const pageSize = view.getUint32(META_OFFSET.freeTree, true);
  const isPowerOfTwo = (pageSize & (pageSize - 1)) === 0;
  if (pageSize < SMALLEST_PAGE || pageSize > LARGEST_PAGE || !isPowerOfTwo) {
    throw new DamagedDatabaseError(path, `its page size is ${pageSize}`);
  }
  const meta = {
    pageSize,
    lastPage: readNumber(view, META_OFFSET.lastPage),
    transaction: readNumber(view, META_OFFSET.transaction),
    freeTree: parseTreeRecord(view, META_OFFSET.freeTree),
    mainTree: parseTreeRecord(view, META_OFFSET.mainTree),
  };
  assertOptions(path, meta.freeTree.flags);
  assertNumbers(path, meta);
  return meta;
}

function assertOptions(path: string, flags: number): void {
  if ((flags & FIXED_ADDRESS) !== 0) {
    throw new ForeignDatabaseError(path, "it wants a fixed address in memory");
  }
  if ((flags & ENCRYPTED) !== 0) throw new ForeignDatabaseError(path, "it is encrypted");
  if ((flags & ~HARMLESS_OPTIONS) !== INTEGER_KEYS) {
    throw new DamagedDatabaseError(path, `its flags are ${flags}`);
  }
}

function assertNumbers(path: string, { pageSize, lastPage, transaction }: Meta): void {
  if (!Number.isSafeInteger(transaction)) {
    throw new DamagedDatabaseError(path, `its transaction is ${transaction}`);
  }
  const isPage = lastPage >= META_PAGES - 1 && Number.isSafeInteger((lastPage + 1) * pageSize);
  if (!isPage) throw new DamagedDatabaseError(path, `its last page is ${lastPage}`);
}

function assertRootsInside(path: string, meta: Meta, bytes: number): void {
  for (const { root } of [meta.freeTree, meta.mainTree]) {
    if (root === undefined) continue;
    if (root < META_PAGES || root > meta.lastPage) {
      throw new DamagedDatabaseError(path, `its root page is ${root} of ${meta.lastPage}`);
    }
    if ((root + 1) * meta.pageSize > bytes) {
      throw new DamagedDatabaseError(path, `it is cut at ${bytes} bytes, before its root page`);
    }
  }
}
