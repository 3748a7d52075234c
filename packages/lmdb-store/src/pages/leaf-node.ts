import {
  NODE,
  NODE_FLAG,
  OVERFLOW,
  overflowPages,
  PAGE,
  PAGE_FLAG,
  type PageBytes,
  pageBytes,
  readNumber,
} from "./page-layout.ts";
import type { Snapshot } from "./snapshot.ts";

/** The node of a leaf that is being visited; there is one for a whole tree, so nothing of it may be kept. */
export class LeafNode {
  readonly #snapshot: Snapshot;
  readonly #header: PageBytes = pageBytes(PAGE.headerBytes);
  #page: PageBytes = this.#header;
  #offset = 0;
  #large: PageBytes = this.#header;

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
  }

  /** Moves on to that node, which has been found to be inside of its page. */
  move(page: PageBytes, offset: number): void {
    this.#page = page;
    this.#offset = offset;
  }

  get flags(): number {
    return this.#page.view.getUint16(this.#offset + NODE.flags, true);
  }

  /** Of the page it is in. */
  get transaction(): number {
    return readNumber(this.#page.view, PAGE.transaction);
  }

  /** Bytes of the value. */
  get valueSize(): number {
    return this.#page.view.getUint32(this.#offset, true);
  }

  get isLarge(): boolean {
    return this.flags === NODE_FLAG.overflow;
  }

  /** A view of the key. */
  key(): Buffer {
    const start = this.#offset + NODE.headerBytes;
    return this.#page.bytes.subarray(start, this.#valueOffset());
  }

  /** The value, read from its overflow run if it has one. */
  value(): PageBytes {
    const size = this.valueSize;
    if (!this.isLarge) {
      const { bytes } = this.#page;
      const start = this.#valueOffset();
      const value = bytes.subarray(start, start + size);
      return { bytes: value, view: new DataView(bytes.buffer, value.byteOffset, size) };
    }
    if (this.#large.bytes.length < size) this.#large = pageBytes(size);
    const bytes = this.#large.bytes.subarray(0, size);
    this.#snapshot.read(bytes, this.#overflow(OVERFLOW.page), PAGE.headerBytes);
    return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, size) };
  }

  /** Checks the overflow run of the value and takes its pages into use; tells how many these are. */
  takeOverflow(): number {
    const first = this.#overflow(OVERFLOW.page);
    const count = this.#overflow(OVERFLOW.pages);
    const transaction = this.#overflow(OVERFLOW.transaction);
    const least = overflowPages(this.valueSize, this.#snapshot.meta.pageSize);
    // More than needed is healthy: a value that shrinks within its transaction keeps its pages.
    if (count < least)
      this.#snapshot.fail(`page ${first}: it needs ${least} pages and has ${count}`);
    this.#snapshot.assert(this.#snapshot.pages.use({ first, count }));
    const { bytes, view } = this.#header;
    this.#snapshot.read(bytes, first);
    const isWhole =
      readNumber(view, PAGE.number) === first &&
      view.getUint16(PAGE.flags, true) === PAGE_FLAG.overflow &&
      view.getUint32(PAGE.overflowPages, true) === count;
    if (!isWhole) this.#snapshot.fail(`page ${first}: it is no start of ${count} overflow pages`);
    const written = readNumber(view, PAGE.transaction);
    // A compact copy renames the transactions of all pages and nodes to 1, but not those of overflow runs.
    const isCopied = transaction === 1 && written <= this.#snapshot.meta.transaction;
    if (transaction > this.transaction || (written !== transaction && !isCopied)) {
      const reason = `it is of transaction ${written}, not ${transaction}`;
      this.#snapshot.fail(`page ${first}: ${reason}`);
    }
    return count;
  }

  #overflow(field: number): number {
    return readNumber(this.#page.view, this.#valueOffset() + field);
  }

  #valueOffset(): number {
    const keySize = this.#page.view.getUint16(this.#offset + NODE.keySize, true);
    return this.#offset + NODE.headerBytes + keySize;
  }
}
