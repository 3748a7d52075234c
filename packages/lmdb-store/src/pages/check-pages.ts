import type { CollectionReport, RecordFault } from "../database-report.ts";
import { ForeignDatabaseError } from "../errors.ts";
import { checkTree } from "./check-tree.ts";
import { readFreeList } from "./free-list.ts";
import type { LeafNode } from "./leaf-node.ts";
import { NODE_FLAG, readNumber } from "./page-layout.ts";
import type { Snapshot } from "./snapshot.ts";
import {
  areTreeFlags,
  parseTreeRecord,
  TREE_RECORD_BYTES,
  type TreeRecord,
} from "./tree-record.ts";

// Of 4 KiB each these are 4 GiB, far more than one transaction takes and gives back.
const MOST_LOST_PAGES = 2 ** 20;

interface Collection {
  readonly name: string;
  readonly record: TreeRecord;
  readonly transaction: number;
}

/**
 * Checks every page that is in use and the list of those that are not, in small steps; returns the
 * collections in the order of their keys. Throws `DamagedDatabaseError` or `ForeignDatabaseError`.
 *
 * The work is bounded by the size of the file, whatever stands in it: no page is looked at twice.
 */
export function* checkPages(
  snapshot: Snapshot,
  recordFault: RecordFault | undefined,
): Generator<void, readonly CollectionReport[]> {
  const collections: Collection[] = [];
  yield* checkMainTree(snapshot, collections);
  for (const collection of collections) {
    yield* checkCollection(snapshot, collection, recordFault);
  }
  yield* checkFreeTree(snapshot);
  snapshot.assert(snapshot.pages.freeTwice());
  assertLostPages(snapshot);
  return collections.map(({ name, record }) => ({ name, records: record.records }));
}

function* checkMainTree(snapshot: Snapshot, collections: Collection[]): Generator<void, void> {
  const title = "the tree of collections";
  const { mainTree, transaction } = snapshot.meta;
  assertFlags(snapshot, title, mainTree.flags);
  let recordsOutside = 0;
  const visit = (node: LeafNode): void => {
    if (node.flags !== NODE_FLAG.tree) {
      recordsOutside += 1;
      return;
    }
    const name = nameOf(snapshot, node.key());
    if (node.valueSize !== TREE_RECORD_BYTES) {
      snapshot.fail(`${titleOf(name)}: its record has ${node.valueSize} bytes`);
    }
    const record = parseTreeRecord(node.value().view, 0);
    assertFlags(snapshot, titleOf(name), record.flags);
    collections.push({ name, record, transaction: node.transaction });
  };
  yield* checkTree(snapshot, { title, record: mainTree, transaction, hasNumbers: false, visit });
  if (recordsOutside === 0) return;
  const isFlat = collections.length === 0;
  const holds = isFlat ? ({ kind: "records", count: recordsOutside } as const) : undefined;
  throw new ForeignDatabaseError(snapshot.path, "it has a record outside of its collections", {
    holds,
  });
}

function* checkCollection(
  snapshot: Snapshot,
  { name, record, transaction }: Collection,
  recordFault: RecordFault | undefined,
): Generator<void, void> {
  const title = titleOf(name);
  const visit = (node: LeafNode): void => {
    if (node.flags === NODE_FLAG.tree) snapshot.fail(`${title}: a tree is among its records`);
    if (recordFault === undefined) return;
    const key = node.key();
    const fault = recordFault(name, key, node.value().bytes);
    if (fault !== undefined) snapshot.fail(`${title}: key ${key.toString("hex")}: ${fault}`);
  };
  yield* checkTree(snapshot, { title, record, transaction, hasNumbers: false, visit });
}

function* checkFreeTree(snapshot: Snapshot): Generator<void, void> {
  const title = "the list of free pages";
  const { freeTree, transaction } = snapshot.meta;
  const visit = (node: LeafNode): void => {
    if (node.flags === NODE_FLAG.tree) snapshot.fail(`${title}: a tree is among its records`);
    const key = node.key();
    const freed = readNumber(new DataView(key.buffer, key.byteOffset, key.length), 0);
    if (freed === 0 || freed > transaction) snapshot.fail(`${title}: it has transaction ${freed}`);
    const fault = readFreeList(node.value(), (run) => snapshot.pages.free(run));
    snapshot.assert(fault, `${title}, transaction ${freed}`);
  };
  yield* checkTree(snapshot, { title, record: freeTree, transaction, hasNumbers: true, visit });
}

/**
 * LMDB loses pages now and then, which are neither in use nor free, and do no harm. But where a file
 * claims far more pages than it has or knows of, the number of its last page is wrong, and LMDB would
 * map all of these and write behind them.
 */
function assertLostPages(snapshot: Snapshot): void {
  const { behind } = snapshot.pages.lostPages();
  if (behind > MOST_LOST_PAGES) {
    snapshot.fail(`its last page is ${snapshot.meta.lastPage}, it has ${snapshot.filePages}`);
  }
}

/** LMDB stores names as C does, with a zero at the end. */
function nameOf({ path }: Snapshot, key: Buffer): string {
  if (key.at(-1) !== 0) {
    throw new ForeignDatabaseError(path, "the name of a collection does not end with a zero");
  }
  return key.toString("utf8", 0, key.length - 1);
}

function titleOf(name: string): string {
  return `collection ${JSON.stringify(name)}`;
}

function assertFlags(snapshot: Snapshot, title: string, flags: number): void {
  if (!areTreeFlags(flags)) snapshot.fail(`${title}: its flags are ${flags}`);
  if (flags !== 0) {
    const reason = `${title} has the flags ${flags}: its records are ordered in another way`;
    throw new ForeignDatabaseError(snapshot.path, reason);
  }
}
