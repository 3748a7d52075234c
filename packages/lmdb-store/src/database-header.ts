import { open } from "node:fs/promises";

import { DamagedDatabaseError } from "./errors.ts";

/**
 * LMDB maps its file into memory and believes what stands there, so a cut or overwritten file can
 * end the process by a signal. Its first two pages are meta pages, written in turn by commits, and
 * a look at both, in plain JavaScript, tells much of it beforehand. It never calls a healthy file
 * damaged: pages at the end that were taken and given back within one transaction are not written,
 * so a file may be shorter than its last page suggests, but never without its root pages.
 *
 * The layout is that of lmdb 3.5 (data version 2, little-endian): a page header of 24 bytes, then
 * magic, version, address, map size, two database records of 48 bytes, last page, transaction.
 */
const OFFSET = {
  magic: 24,
  version: 28,
  pageSize: 48,
  freeRoot: 88,
  mainRoot: 136,
  lastPage: 144,
  transaction: 152,
} as const;
const META_BYTES = 160;
const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;
const SMALLEST_PAGE = 512;
const LARGEST_PAGE = 65_536;
// What stands for the root of an empty tree.
const NO_PAGE = 2n ** 64n - 1n;
const META_PAGES = 2;

export interface DatabaseHeader {
  /** Bytes. */
  readonly pageSize: number;
  /** Number of the last page in use, counted from 0. */
  readonly lastPage: number;
  /** Number of the last committed transaction. */
  readonly transaction: number;
}

/**
 * What the header of an LMDB file says, after a check of both meta pages and of the root pages they
 * name; undefined for a file that is missing or still empty. Loads no native code.
 *
 * Throws `DamagedDatabaseError`, never for a healthy file. A passed check does not vouch for what is
 * behind the header: a file cut after its root pages passes.
 */
export async function readDatabaseHeader(path: string): Promise<DatabaseHeader | undefined> {
  const file = await openIfPresent(path);
  if (file === undefined) return undefined;
  try {
    const { size } = await file.stat();
    if (size === 0) return undefined;
    const readMeta = async (position: number): Promise<Meta> => {
      const bytes = Buffer.alloc(META_BYTES);
      const { bytesRead } = await file.read(bytes, 0, META_BYTES, position);
      if (bytesRead < META_BYTES) throw new DamagedDatabaseError(path, "it is cut in its header");
      return parseMeta(path, bytes);
    };
    const first = await readMeta(0);
    const second = await readMeta(first.pageSize);
    if (first.pageSize !== second.pageSize) {
      throw new DamagedDatabaseError(path, "its two meta pages contradict each other");
    }
    const newest = first.transaction >= second.transaction ? first : second;
    assertRootsInside(path, newest, size);
    const { pageSize, lastPage, transaction } = newest;
    return { pageSize, lastPage, transaction };
  } finally {
    await file.close();
  }
}

async function openIfPresent(path: string) {
  return open(path, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}

interface Meta extends DatabaseHeader {
  /** Page numbers of the trees' roots. */
  readonly roots: readonly bigint[];
}

function assertRootsInside(path: string, { pageSize, lastPage, roots }: Meta, size: number): void {
  for (const root of roots.filter((page) => page !== NO_PAGE)) {
    if (root < META_PAGES || root > lastPage) {
      throw new DamagedDatabaseError(path, `its root page is ${root} of ${lastPage}`);
    }
    if (Number(root + 1n) * pageSize > size) {
      throw new DamagedDatabaseError(path, `it is cut at ${size} bytes, before its root page`);
    }
  }
}

function parseMeta(path: string, bytes: Buffer): Meta {
  if (bytes.readUInt32LE(OFFSET.magic) !== MAGIC) {
    throw new DamagedDatabaseError(path, "it is no LMDB database");
  }
  const version = bytes.readUInt32LE(OFFSET.version);
  if (version !== DATA_VERSION) {
    throw new DamagedDatabaseError(path, `its data version is ${version}, not ${DATA_VERSION}`);
  }
  const pageSize = bytes.readUInt32LE(OFFSET.pageSize);
  const isPowerOfTwo = (pageSize & (pageSize - 1)) === 0;
  if (pageSize < SMALLEST_PAGE || pageSize > LARGEST_PAGE || !isPowerOfTwo) {
    throw new DamagedDatabaseError(path, `its page size is ${pageSize}`);
  }
  return {
    pageSize,
    lastPage: Number(bytes.readBigUInt64LE(OFFSET.lastPage)),
    transaction: Number(bytes.readBigUInt64LE(OFFSET.transaction)),
    roots: [bytes.readBigUInt64LE(OFFSET.freeRoot), bytes.readBigUInt64LE(OFFSET.mainRoot)],
  };
}
