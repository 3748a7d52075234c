import { type ExpectedPage, nodeOffset } from "./check-page.ts";
import { compareKeys, compareNumbers, type Key } from "./compare-keys.ts";
import { LeafNode } from "./leaf-node.ts";
import {
  DEEPEST_TREE,
  NODE,
  PAGE,
  type PageBytes,
  pageBytes,
  readChild,
  readNumber,
} from "./page-layout.ts";
import type { Snapshot } from "./snapshot.ts";
import type { TreeRecord } from "./tree-record.ts";

// LMDB stores numbers of transactions in 8 bytes.
const NUMBER_BYTES = 8;

/** A tree to be checked. */
export interface Tree {
  /** How messages call it. */
  readonly title: string;
  readonly record: TreeRecord;
  /** Of what refers to its root. */
  readonly transaction: number;
  /** Its keys are numbers of transactions: it is the tree of free pages. */
  readonly hasNumbers: boolean;
  /** Called for each record in the order of keys, once its page has been found healthy. */
  readonly visit: (node: LeafNode) => void;
}

/** A page, and which keys may be in it: not below `low`, below `high`. */
interface Place {
  readonly number: number;
  readonly transaction: number;
  readonly low: Key | undefined;
  readonly high: Key | undefined;
}

/** A branch on the way to the page that is being checked. */
interface Level {
  readonly page: PageBytes;
  readonly place: Place;
  readonly transaction: number;
  readonly nodes: number;
  next: number;
}

/**
 * Checks every page of a tree and takes it into use; ends a step after each page. Throws
 * `DamagedDatabaseError`.
 */
export function* checkTree(snapshot: Snapshot, tree: Tree): Generator<void, void> {
  const { root, depth } = tree.record;
  if (depth > DEEPEST_TREE) snapshot.fail(`${tree.title}: it is ${depth} levels deep`);
  if ((root === undefined) !== (depth === 0)) snapshot.fail(`${tree.title}: no root, or no depth`);
  const walk = new TreeWalk(snapshot, tree);
  if (root !== undefined) {
    walk.enter({ number: root, transaction: tree.transaction, low: undefined, high: undefined });
    while (walk.step()) yield;
  }
  walk.assertCounts();
}

class TreeWalk {
  readonly #snapshot: Snapshot;
  readonly #tree: Tree;
  readonly #compare: (one: Key, other: Key) => number;
  readonly #node: LeafNode;
  readonly #rooms: PageBytes[];
  readonly #levels: Level[] = [];
  #branchPages = 0;
  #leafPages = 0;
  #overflowPages = 0;
  #records = 0;

  constructor(snapshot: Snapshot, tree: Tree) {
    this.#snapshot = snapshot;
    this.#tree = tree;
    this.#compare = tree.hasNumbers ? compareNumbers : compareKeys;
    this.#node = new LeafNode(snapshot);
    const { pageSize } = snapshot.meta;
    this.#rooms = Array.from({ length: tree.record.depth }, () => pageBytes(pageSize));
  }

  /** Checks the next page; false: there is none. */
  step(): boolean {
    for (;;) {
      const level = this.#levels.at(-1);
      if (level === undefined) return false;
      if (level.next < level.nodes) {
        this.enter(nextPlace(level));
        return true;
      }
      this.#levels.pop();
    }
  }

  enter(place: Place): void {
    const page = this.#rooms[this.#levels.length];
    if (page === undefined) return this.#fail(place, "it is too deep");
    const isLeaf = this.#levels.length + 1 === this.#tree.record.depth;
    const fault = this.#snapshot.pages.use({ first: place.number, count: 1 });
    if (fault !== undefined) this.#snapshot.fail(`${this.#tree.title}: ${fault}`);
    this.#snapshot.read(page.bytes, place.number);
    const expected: ExpectedPage = {
      number: place.number,
      kind: isLeaf ? "leaf" : "branch",
      transaction: place.transaction,
      leastNodes: isLeaf || this.#tree.hasNumbers ? 1 : 2,
    };
    const pageFault = this.#snapshot.pageCheck.fault(page, expected);
    if (pageFault !== undefined) this.#fail(place, pageFault);
    const nodes = page.view.getUint16(PAGE.lower, true) / 2;
    // The first key of a branch means nothing.
    this.#assertOrder(place, page, isLeaf ? 0 : 1, nodes);
    if (isLeaf) {
      this.#visitLeaf(page, nodes);
      return;
    }
    this.#branchPages += 1;
    const transaction = readNumber(page.view, PAGE.transaction);
    this.#levels.push({ page, place, transaction, nodes, next: 0 });
  }

  assertCounts(): void {
    const { record, title } = this.#tree;
    const counts = [
      ["branch pages", this.#branchPages, record.branchPages],
      ["leaf pages", this.#leafPages, record.leafPages],
      ["overflow pages", this.#overflowPages, record.overflowPages],
      ["records", this.#records, record.records],
    ] as const;
    for (const [what, found, claimed] of counts) {
      if (found !== claimed)
        this.#snapshot.fail(`${title}: it has ${found} ${what}, not ${claimed}`);
    }
  }

  #visitLeaf(page: PageBytes, nodes: number): void {
    this.#leafPages += 1;
    this.#records += nodes;
    for (let index = 0; index < nodes; index += 1) {
      this.#node.move(page, nodeOffset(page.view, index));
      if (this.#node.isLarge) this.#overflowPages += this.#node.takeOverflow();
      this.#tree.visit(this.#node);
    }
  }

  #assertOrder(place: Place, page: PageBytes, first: number, nodes: number): void {
    let previous: Key | undefined;
    for (let index = first; index < nodes; index += 1) {
      const key = keyAt(page, index);
      if (this.#tree.hasNumbers && key.size !== NUMBER_BYTES) {
        this.#fail(place, `its node ${index} has a key of ${key.size} bytes`);
      }
      if (previous !== undefined && this.#compare(previous, key) >= 0) {
        this.#fail(place, `its node ${index} is out of order`);
      }
      if (index === first && place.low !== undefined && this.#compare(key, place.low) < 0) {
        this.#fail(place, `its node ${index} belongs before this page`);
      }
      previous = key;
    }
    if (previous === undefined || place.high === undefined) return;
    if (this.#compare(previous, place.high) >= 0)
      this.#fail(place, "its last node belongs behind it");
  }

  #fail(place: Place, reason: string): never {
    return this.#snapshot.fail(`page ${place.number} of ${this.#tree.title}: ${reason}`);
  }
}

function nextPlace(level: Level): Place {
  const { page, place, transaction, nodes, next } = level;
  level.next += 1;
  return {
    number: readChild(page.view, nodeOffset(page.view, next)),
    transaction,
    low: next === 0 ? place.low : keyAt(page, next),
    high: next + 1 === nodes ? place.high : keyAt(page, next + 1),
  };
}

function keyAt({ bytes, view }: PageBytes, index: number): Key {
  const node = nodeOffset(view, index);
  return {
    bytes,
    offset: node + NODE.headerBytes,
    size: view.getUint16(node + NODE.keySize, true),
  };
}
