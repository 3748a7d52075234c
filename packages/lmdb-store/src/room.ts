import type { RootDatabase } from "lmdb";

import type { Change } from "@x/registry-core";

import { DatabaseError } from "./errors.ts";

/*
 * LMDB's map size is no cap: lmdb-js makes the map larger whenever a transaction needs more pages. But
 * it can be seen that it did. So the map is opened as large as the file may become, less a reserve; a
 * transaction whose changes make the map grow needs more than that, and is given up. The reserve is for
 * the pages that the commit itself takes (the list of free pages), and for deleting when all is full:
 * LMDB never writes over a page, so to delete takes pages, too, before it gives any back.
 */
const PAGE_BYTES = 4096;
const RESERVED_PAGES = 32;
const RESERVED_SHARE = 0.01;
// At least so many of the reserve are left for what a commit takes.
const COMMIT_PAGES = 16;
// The way from the root to a record, and what is merged with it.
const PAGES_OF_A_DELETE = 8;

/** How much of its maximum size a database has left. */
export class Room {
  readonly #root: RootDatabase<Buffer, Buffer>;
  readonly #path: string;
  readonly #maxSize: number;
  readonly #mapSize: number;

  /** Bytes to be mapped of a file of this maximum size. A larger file is mapped as a whole. */
  static mapSize(maxSize: number): number {
    const reserve = Math.max(RESERVED_PAGES * PAGE_BYTES, Math.ceil(maxSize * RESERVED_SHARE));
    return Math.floor((maxSize - reserve) / PAGE_BYTES) * PAGE_BYTES;
  }

  /** Of an environment that was just opened. */
  constructor(root: RootDatabase<Buffer, Buffer>, path: string, maxSize: number) {
    this.#root = root;
    this.#path = path;
    this.#maxSize = maxSize;
    this.#mapSize = this.#stats().mapSize;
  }

  /** Whether the map has grown: further growth could not be seen. The environment is to be opened anew. */
  isMapTooLarge(): boolean {
    return this.#stats().mapSize > this.#mapSize;
  }

  /** Within a transaction, after its changes. Throws `DatabaseError` (`LMDB_STORE_FULL`). */
  assertFits(changes: readonly Change[]): void {
    const { mapSize, lastPageNumber, pageSize } = this.#stats();
    const left = Math.floor(this.#maxSize / pageSize) - (lastPageNumber + 1);
    const isGrown = mapSize > this.#mapSize;
    const deletes = changes.every(({ type }) => type === "delete") ? changes.length : undefined;
    const fits =
      deletes === undefined
        ? !isGrown && left >= COMMIT_PAGES
        : !isGrown || left >= COMMIT_PAGES + deletes * PAGES_OF_A_DELETE;
    if (fits) return;
    const hint = deletes === undefined ? "" : "; delete fewer records in one transaction";
    const reason = `the transaction would make it larger than ${this.#maxSize} bytes${hint}`;
    throw new DatabaseError("LMDB_STORE_FULL", this.#path, reason);
  }

  #stats(): Stats {
    // What it gives is not typed.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return this.#root.getStats() as Stats;
  }
}

/** Of the environment: bytes, and the number of the last page in use. */
interface Stats {
  readonly mapSize: number;
  readonly lastPageNumber: number;
  readonly pageSize: number;
}
