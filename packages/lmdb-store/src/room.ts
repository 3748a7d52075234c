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
const PAGES_OF_A_CHANGE = 8;

/** How much of its maximum size a database has left. */
export class Room {
  readonly #environment: NativeEnvironment;
  readonly #path: string;
  readonly #maxSize: number;
  readonly #mapSize: number;
  readonly #pageSize: number;
  /** The map is larger than it was to be: another thread has it open. Its growth is not seen. */
  readonly #isBlind: boolean;

  /** Bytes to be mapped of a file of this maximum size. A larger file is mapped as a whole. */
  static mapSize(maxSize: number): number {
    const reserve = Math.max(RESERVED_PAGES * PAGE_BYTES, Math.ceil(maxSize * RESERVED_SHARE));
    return Math.floor((maxSize - reserve) / PAGE_BYTES) * PAGE_BYTES;
  }

  /** Of an environment that was just opened. */
  constructor(root: RootDatabase<Buffer, Buffer>, path: string, maxSize: number) {
    this.#environment = nativeEnvironment(root);
    this.#path = path;
    this.#maxSize = maxSize;
    const { mapSize, lastPageNumber, pageSize } = statsOf(root);
    this.#mapSize = mapSize;
    this.#pageSize = pageSize;
    this.#isBlind = mapSize > Math.max(Room.mapSize(maxSize), (lastPageNumber + 1) * pageSize);
  }

  /** Whether the map has grown: further growth could not be seen. The environment is to be opened anew. */
  isMapTooLarge(): boolean {
    return this.#isBlind || this.#environment.info().mapSize > this.#mapSize;
  }

  /**
   * Within a transaction, after its changes, whose values have so many bytes. Throws `DatabaseError`
   * (`LMDB_STORE_FULL`).
   */
  assertFits(changes: readonly Change[], bytes: number): void {
    const { mapSize, lastPageNumber } = this.#environment.info();
    const left = Math.floor(this.#maxSize / this.#pageSize) - (lastPageNumber + 1);
    const mayHaveGrown = this.#isBlind || mapSize > this.#mapSize;
    const needed = mayHaveGrown ? this.#mostPages(changes, bytes) : 0;
    if (left >= COMMIT_PAGES + needed) return;
    const hint = isDeletion(changes) ? "; delete fewer records in one transaction" : "";
    const reason = `the transaction would make it larger than ${this.#maxSize} bytes${hint}`;
    throw new DatabaseError("LMDB_STORE_FULL", this.#path, reason);
  }

  /** How many pages the changes may have taken, when it is not seen how many they have. */
  #mostPages(changes: readonly Change[], bytes: number): number {
    const most = changes.length * PAGES_OF_A_CHANGE + Math.ceil(bytes / this.#pageSize);
    if (this.#isBlind || isDeletion(changes)) return most;
    // They have taken more than there was.
    return Infinity;
  }
}

function isDeletion(changes: readonly Change[]): boolean {
  return changes.every(({ type }) => type === "delete");
}

/** What lmdb has of an environment, beyond its types: bytes, and the number of the last page in use. */
interface NativeEnvironment {
  info(): { readonly mapSize: number; readonly lastPageNumber: number };
}

interface Stats {
  readonly mapSize: number;
  readonly lastPageNumber: number;
  readonly pageSize: number;
}

function statsOf(root: RootDatabase<Buffer, Buffer>): Stats {
  // What it gives is not typed.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return root.getStats() as Stats;
}

function nativeEnvironment(root: RootDatabase<Buffer, Buffer>): NativeEnvironment {
  // `getStats()` gives the same, and counts pages for it.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Reflect.get(root, "env") as NativeEnvironment;
}
