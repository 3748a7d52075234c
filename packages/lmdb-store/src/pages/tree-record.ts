import { readNumber, readRoot } from "./page-layout.ts";

/** Bytes of what LMDB keeps of a tree: in a meta page, or as the value of a collection's name. */
export const TREE_RECORD_BYTES = 48;

/** Flags of trees that only other programs write: reversed, several values or integers as keys, versions. */
const FOREIGN_TREE_FLAGS = 0x17e;

/** What LMDB keeps of a tree. */
export interface TreeRecord {
  readonly flags: number;
  /** Levels of pages; 0: the tree is empty. */
  readonly depth: number;
  readonly branchPages: number;
  readonly leafPages: number;
  readonly overflowPages: number;
  readonly records: number;
  /** Number of its root page; undefined: the tree is empty. */
  readonly root: number | undefined;
}

/** Reads the record of a tree. Nothing of it is checked. */
export function parseTreeRecord(view: DataView, offset: number): TreeRecord {
  return {
    flags: view.getUint16(offset + 4, true),
    depth: view.getUint16(offset + 6, true),
    branchPages: readNumber(view, offset + 8),
    leafPages: readNumber(view, offset + 16),
    overflowPages: readNumber(view, offset + 24),
    records: readNumber(view, offset + 32),
    root: readRoot(view, offset + 40),
  };
}

/** Whether LMDB knows all of these flags of a tree. */
export function areTreeFlags(flags: number): boolean {
  return (flags & ~FOREIGN_TREE_FLAGS) === 0;
}
