/**
 * The layout of pages and nodes of lmdb 3.5 (data version 2, little-endian), as its mdb.c has it.
 *
 * A page begins with its number, the transaction that wrote it, a padding, flags, and the two bounds
 * of its free room; pointers to the nodes follow, and the nodes stand at its end. Pointers and bounds
 * count from behind the header. An overflow run has one header, and the number of its pages in it.
 */
export const PAGE = {
  number: 0,
  transaction: 8,
  flags: 18,
  lower: 20,
  upper: 22,
  overflowPages: 20,
  headerBytes: 24,
} as const;

export const PAGE_FLAG = {
  branch: 0x01,
  leaf: 0x02,
  overflow: 0x04,
  meta: 0x08,
  fixed: 0x20,
} as const;

/** A node: low and high half of a size (in a branch: of a page number), flags, size of its key. */
export const NODE = { low: 0, high: 2, flags: 4, keySize: 6, headerBytes: 8 } as const;

export const NODE_FLAG = { overflow: 0x01, tree: 0x02, duplicates: 0x04 } as const;

/** What a node holds in place of a value that has an overflow run of its own. */
export const OVERFLOW = { page: 0, transaction: 8, pages: 16, bytes: 24 } as const;

/** Pages 0 and 1 hold no records. */
export const META_PAGES = 2;

/** A cursor of LMDB is that deep. */
export const DEEPEST_TREE = 32;

/** The bytes of a page, or of several, and a view of the same bytes. */
export interface PageBytes {
  readonly bytes: Buffer;
  readonly view: DataView;
}

/** Room for that many bytes. */
export function pageBytes(size: number): PageBytes {
  const bytes = Buffer.alloc(size);
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, size) };
}

/** 64 bits without a sign. Exact up to 2^53; no number of a healthy file is larger. */
export function readNumber(view: DataView, offset: number): number {
  return view.getUint32(offset + 4, true) * 2 ** 32 + view.getUint32(offset, true);
}

/** The number of a tree's root page; undefined for an empty tree, which has all bits set there. */
export function readRoot(view: DataView, offset: number): number | undefined {
  const isNone =
    view.getUint32(offset, true) === 0xffffffff && view.getUint32(offset + 4, true) === 0xffffffff;
  return isNone ? undefined : readNumber(view, offset);
}

/** The page that a node of a branch names. */
export function readChild(view: DataView, node: number): number {
  return view.getUint16(node + NODE.flags, true) * 2 ** 32 + view.getUint32(node, true);
}

/** Bytes that a value may have in a node, with its key and the node's header; larger ones get an overflow run. */
export function largestNode(pageSize: number): number {
  const half = Math.floor((pageSize - PAGE.headerBytes) / 2);
  return half - (half % 2) - 2;
}

/** Bytes of the largest key: its node still has room for the record of a tree. */
export function largestKey(pageSize: number): number {
  return largestNode(pageSize) - NODE.headerBytes - 48;
}

/** Pages of an overflow run with a value of that many bytes. */
export function overflowPages(bytes: number, pageSize: number): number {
  return Math.floor((PAGE.headerBytes - 1 + bytes) / pageSize) + 1;
}

/** Nodes begin at even offsets. */
export function even(bytes: number): number {
  return bytes + (bytes % 2);
}
