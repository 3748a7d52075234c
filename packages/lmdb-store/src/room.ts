import type { RootDatabase } from "lmdb";

import { PAGE_BYTES } from "./pages/empty-database.ts";

/*
 * A file has a size on the disk, which is taken beforehand and never larger than its maximum, and
 * pages in use. No transaction may need more than the file has. LMDB's map size is no limit, for
 * lmdb-js makes the map larger whenever a transaction takes more pages. But it can be seen that it did.
 * So the map is opened as large as the file, less a reserve, and a transaction whose changes make the
 * map grow is given up. The reserve is for the pages that the commit itself takes (the list of free
 * pages), and, when the file has its maximum size, for deleting: LMDB never writes over a page, so to
 * delete takes pages, too, before it gives any back.
 */
const RESERVED_PAGES = 48;
const RESERVED_SHARE = 0.01;
// Of the reserve, commits of transactions that put something take so many without a question.
const COMMIT_PAGES = 4;
// What deleting leaves of it.
const LEAST_LEFT = 4;
// The way from the root to a record, and what is split or merged with it.
const PAGES_OF_A_CHANGE = 8;
// So many numbers of freed pages fit on one.
const FREED_ON_A_PAGE = 500;

/** What a transaction of LMDB has changed so far. */
export interface Tally {
  changes: number;
  /** Of keys and values that were put. */
  bytes: number;
  /** Nothing was put. */
  isDeletion: boolean;
}

/** How much of its file a database has left. */
export class Room {
  readonly #environment: NativeEnvironment;
  readonly #fileSize: number;
  /** It does not grow any more. */
  readonly #isLargest: boolean;
  readonly #mapSize: number;
  readonly #pageSize: number;
  /** The map is larger than it was to be, for another thread has it open: its growth is not seen. */
  readonly #isBlind: boolean;

  /** Bytes to be mapped of a file of this size. A database that uses more of it is mapped as a whole. */
  static mapSize(fileSize: number): number {
    const reserve = Math.max(RESERVED_PAGES * PAGE_BYTES, Math.ceil(fileSize * RESERVED_SHARE));
    const pages = Math.floor((fileSize - reserve) / PAGE_BYTES);
    return Math.max(1, pages) * PAGE_BYTES;
  }

  /** Of an environment that was just opened, with a file of this size. */
  constructor(root: RootDatabase, fileSize: number, maxSize: number) {
    this.#environment = nativeEnvironment(root);
    this.#fileSize = fileSize;
    this.#isLargest = fileSize >= maxSize;
    const { mapSize, lastPageNumber, pageSize } = statsOf(root);
    this.#mapSize = mapSize;
    this.#pageSize = pageSize;
    const expected = Math.max(Room.mapSize(fileSize), (lastPageNumber + 1) * pageSize);
    this.#isBlind = mapSize > expected;
  }

  /** The number of the last one that was committed. */
  get transaction(): number {
    return this.#environment.info().lastTxnId;
  }

  /** Whether the map has grown: further growth could not be seen. The environment is to be opened anew. */
  hasGrown(): boolean {
    return this.#environment.info().mapSize > this.#mapSize;
  }

  /**
   * Within a transaction, after these changes: how large the file has to be for them, as far as that can
   * be said, or undefined when it is large enough.
   */
  missing({ changes, bytes, isDeletion }: Tally): number | undefined {
    const { mapSize, lastPageNumber } = this.#environment.info();
    const used = (lastPageNumber + 1) * this.#pageSize;
    const most = used + changes * PAGES_OF_A_CHANGE * this.#pageSize + bytes;
    const reserve = RESERVED_PAGES * this.#pageSize;
    if (this.#isBlind) return this.#unlessIn(most + reserve);
    if (mapSize <= this.#mapSize) {
      // When it cannot grow, what was free before is enough.
      return this.#isLargest ? undefined : this.#unlessIn(used + reserve / 2);
    }
    const isKept = isDeletion && most + LEAST_LEFT * this.#pageSize <= this.#fileSize;
    return isKept ? undefined : this.#fileSize + 2 * bytes;
  }

  /**
   * Whether the commit might make the file larger than it may be, or use up what is kept for deleting,
   * for want of a free page: then it is to be tried whether there are some.
   */
  isTight({ changes, isDeletion }: Tally): boolean {
    if (!this.#isLargest) return false;
    const left = this.#fileSize / this.#pageSize - (this.#environment.info().lastPageNumber + 1);
    const freed = (changes * PAGES_OF_A_CHANGE) / FREED_ON_A_PAGE;
    const kept = isDeletion ? PAGES_OF_A_CHANGE : RESERVED_PAGES - COMMIT_PAGES;
    return left < kept + freed;
  }

  #unlessIn(needed: number): number | undefined {
    return needed <= this.#fileSize ? undefined : needed;
  }
}

/** What lmdb has of an environment, beyond its types: bytes, and the numbers of the last page in use and the last transaction. */
interface NativeEnvironment {
  info(): {
    readonly mapSize: number;
    readonly lastPageNumber: number;
    readonly lastTxnId: number;
  };
}

function nativeEnvironment(root: RootDatabase): NativeEnvironment {
  // `getStats()` gives the same, and counts pages for it.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Reflect.get(root, "env") as NativeEnvironment;
}

interface Stats {
  readonly mapSize: number;
  readonly lastPageNumber: number;
  readonly pageSize: number;
}

function statsOf(root: RootDatabase): Stats {
  // What it gives is not typed.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return root.getStats() as Stats;
}
