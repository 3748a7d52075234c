import {
  even,
  largestKey,
  largestNode,
  META_PAGES,
  NODE,
  NODE_FLAG,
  OVERFLOW,
  PAGE,
  PAGE_FLAG,
  type PageBytes,
  readChild,
  readNumber,
} from "./page-layout.ts";

/** What a page should be, by what refers to it. */
export interface ExpectedPage {
  readonly number: number;
  readonly kind: "branch" | "leaf";
  /** No page is newer than the one that refers to it: a change copies all pages up to the root. */
  readonly transaction: number;
  /** LMDB ends the process at a branch with fewer nodes. */
  readonly leastNodes: number;
}

/**
 * Checks the header of a page, its pointers and its nodes as far as the page itself tells: that the
 * nodes fill the room behind the free one without a gap, so none reaches into another.
 */
export class PageCheck {
  readonly #pageSize: number;
  readonly #lastPage: number;
  readonly #largestKey: number;
  readonly #largestNode: number;
  // Size of the node that begins at an offset (halved: all are even); empty between two pages.
  readonly #sizes: Uint16Array;

  constructor(pageSize: number, lastPage: number) {
    this.#pageSize = pageSize;
    this.#lastPage = lastPage;
    this.#largestKey = largestKey(pageSize);
    this.#largestNode = largestNode(pageSize);
    this.#sizes = new Uint16Array(pageSize / 2);
  }

  /** What is wrong with the page; undefined: nothing. After a fault, nothing can be checked any more. */
  fault({ view }: PageBytes, expected: ExpectedPage): string | undefined {
    const fault = headerFault(view, expected);
    if (fault !== undefined) return fault;
    const lower = view.getUint16(PAGE.lower, true);
    const upper = view.getUint16(PAGE.upper, true);
    if (lower % 2 !== 0 || upper % 2 !== 0 || lower > upper) {
      return `its free room is from ${lower} to ${upper}`;
    }
    const nodes = lower / 2;
    if (nodes < expected.leastNodes) return `it has ${nodes} nodes`;
    const start = PAGE.headerBytes + upper;
    if (start > this.#pageSize) return `its free room ends at ${upper}`;
    for (let index = 0; index < nodes; index += 1) {
      const node = nodeOffset(view, index);
      if (node < start || node % 2 !== 0 || node + NODE.headerBytes > this.#pageSize) {
        return `its pointer ${index} is ${node}`;
      }
      const size =
        expected.kind === "leaf" ? this.#leafNode(view, node) : this.#branchNode(view, node, index);
      if (typeof size === "string") return `its node ${index} ${size}`;
      if (node + size > this.#pageSize) return `its node ${index} reaches beyond the page`;
      this.#sizes[node / 2] = size;
    }
    return this.#gapFault(start, nodes);
  }

  #leafNode(view: DataView, node: number): number | string {
    const keySize = view.getUint16(node + NODE.keySize, true);
    if (keySize === 0 || keySize > this.#largestKey) return `has a key of ${keySize} bytes`;
    const flags = view.getUint16(node + NODE.flags, true);
    const isLarge = flags === NODE_FLAG.overflow;
    if (!isLarge && flags !== 0 && flags !== NODE_FLAG.tree) return `has the flags ${flags}`;
    const valueSize = isLarge ? OVERFLOW.bytes : view.getUint32(node, true);
    const size = NODE.headerBytes + keySize + valueSize;
    return size > this.#largestNode ? `has ${size} bytes` : even(size);
  }

  #branchNode(view: DataView, node: number, index: number): number | string {
    const keySize = view.getUint16(node + NODE.keySize, true);
    // The first key of a branch stands for all that is below the second, and may be empty.
    if ((keySize === 0 && index > 0) || keySize > this.#largestKey) {
      return `has a key of ${keySize} bytes`;
    }
    const child = readChild(view, node);
    if (child < META_PAGES || child > this.#lastPage) return `refers to page ${child}`;
    return even(NODE.headerBytes + keySize);
  }

  #gapFault(start: number, nodes: number): string | undefined {
    let offset = start;
    let found = 0;
    while (offset < this.#pageSize) {
      const size = this.#sizes[offset / 2];
      if (size === undefined || size === 0) return `it has a gap or two nodes at ${offset}`;
      this.#sizes[offset / 2] = 0;
      offset += size;
      found += 1;
    }
    return found === nodes ? undefined : "two of its nodes are at the same place";
  }
}

/** Where a node begins in its page. */
export function nodeOffset(view: DataView, index: number): number {
  return PAGE.headerBytes + view.getUint16(PAGE.headerBytes + 2 * index, true);
}

function headerFault(view: DataView, expected: ExpectedPage): string | undefined {
  const number = readNumber(view, PAGE.number);
  if (number !== expected.number) return `its number is ${number}`;
  const flags = view.getUint16(PAGE.flags, true);
  if (flags !== PAGE_FLAG[expected.kind])
    return `its flags are ${flags}, it should be a ${expected.kind}`;
  const transaction = readNumber(view, PAGE.transaction);
  if (transaction > expected.transaction) {
    return `it is of transaction ${transaction}, what refers to it of ${expected.transaction}`;
  }
  return undefined;
}
