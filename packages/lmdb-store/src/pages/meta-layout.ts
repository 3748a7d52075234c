/**
 * The layout of a meta page of lmdb 3.5 (data version 2), as its mdb.c has it: behind the header of the
 * page come magic, version, address, map size, two records of trees of 48 bytes (that of the free pages,
 * whose first four bytes are the size of a page, and the main one), last page, transaction.
 */
export const META_OFFSET = {
  magic: 24,
  version: 28,
  mapSize: 40,
  freeTree: 48,
  mainTree: 96,
  lastPage: 144,
  transaction: 152,
} as const;

export const MAGIC = 0xbeefc0de;
export const DATA_VERSION = 2;

/** A flag of the free tree. */
export const INTEGER_KEYS = 0x8;
