import type { RootDatabase, RootDatabaseOptionsWithPath } from "lmdb";

import type { Durability } from "@x/atomic-fs";

import { markFormat } from "./collection-format.ts";
import { COLLECTION_OPTIONS, type NativeCollection } from "./collection-options.ts";
import { assertDescriptors } from "./disk-space.ts";
import { DatabaseError } from "./errors.ts";
import { toDatabaseError } from "./lmdb-error.ts";
import type { Native } from "./native.ts";
import { PRIVATE_MODE } from "./private-mode.ts";
import { FORMAT_KEY, RecordCodec, seal, STRUCTURES_KEY } from "./record-codec.ts";
import { Room } from "./room.ts";
import { TrackedFile } from "./tracked-file.ts";

export interface EnvironmentOptions {
  /** Bytes. */
  readonly maxSize: number;
  readonly maxReaders: number;
  readonly durability: Durability;
}

/** A sub-database, and how its values are written. */
export interface OpenCollection {
  readonly codec: RecordCodec;
  /** Another one after the environment was opened anew. */
  database: NativeCollection;
}

// Room for the collections of whoever opens the same path in this process, too.
const MAXIMUM_COLLECTIONS = 128;
const FRESH_MILLISECONDS = 0.1;
// A value that has a page of its own, and how many of them a commit may need.
const PAGE = Buffer.alloc(3000);
const TRIED_PAGES = 8;

const SYNC: Readonly<Record<Durability, { noSync?: boolean; noMetaSync?: boolean }>> = {
  full: {},
  data: { noMetaSync: true },
  none: { noSync: true },
};

/**
 * One LMDB environment of this thread, and its collections. Everything but reading is to be called
 * under the lock of the path: while another process opens the file, LMDB itself excludes nobody.
 *
 * Each opening sets the number of the last transaction in LMDB's lock file to what it has just read
 * in the header. A writer that has committed in between is forgotten, and its successor overwrites it.
 */
export class Environment {
  readonly path: string;
  readonly options: EnvironmentOptions;
  readonly #native: Native;
  readonly #collections = new Map<string, OpenCollection>();
  readonly #file: TrackedFile;
  #room: Room;
  #root: RootDatabase;
  /** LMDB cannot use it any more: it is to be begun anew. */
  #isSpent = false;
  /** How many rely on its being open. */
  #holds = 0;
  /** Bytes of the file when it was mapped. */
  #mappedSize = 0;
  /** The last empty transaction. */
  #settledTransaction = 0;
  #refreshedAt = 0;
  #isSameTurn = false;

  /** Throws what LMDB throws. The file must have been looked at before. */
  constructor(native: Native, path: string, options: EnvironmentOptions) {
    this.path = path;
    this.options = options;
    this.#native = native;
    this.#file = new TrackedFile(path, options.maxSize);
    try {
      this.#root = this.#openRoot();
    } catch (error) {
      this.#file.close();
      throw error;
    }
    this.#room = this.#createRoom();
  }

  /** Whether all of them are open. */
  hasCollections(names: readonly string[]): boolean {
    return names.every((name) => this.#collections.has(name));
  }

  /** Opens those that are not open yet, and makes those that are not there. Throws `ForeignDatabaseError`. */
  openCollections(names: readonly string[]): void {
    this.#prepare();
    const missing = names.filter((name) => !this.#collections.has(name));
    if (this.#collections.size + missing.length > MAXIMUM_COLLECTIONS) {
      const reason = `this process would have more than ${MAXIMUM_COLLECTIONS} collections of it open`;
      throw new DatabaseError("LMDB_STORE_OPEN_FAILED", this.path, reason);
    }
    for (const name of missing) {
      this.#assertRoom();
      const database = this.#openDatabase(name);
      const collection = { database, codec: this.#createCodec(name) };
      this.#collections.set(name, collection);
      try {
        markFormat(this.path, name, database);
      } catch (error) {
        this.#collections.delete(name);
        throw error;
      }
    }
    this.#file.note();
  }

  /** Throws a TypeError for one that nobody has named. */
  collection(name: string): OpenCollection {
    const collection = this.#collections.get(name);
    if (collection !== undefined) return collection;
    throw new TypeError(`the collection ${name} was not named when ${this.path} was opened`);
  }

  get root(): RootDatabase {
    return this.#root;
  }

  get room(): Room {
    return this.#room;
  }

  /**
   * What is read from now on is what is there now, whoever has written it. Within a turn of the event
   * loop, up to 0.1 ms ago: lmdb-js keeps a timer for each time it is asked, until the turn is over.
   */
  refresh(): void {
    const now = performance.now();
    if (this.#isSameTurn && now - this.#refreshedAt < FRESH_MILLISECONDS) return;
    this.#refreshedAt = now;
    this.assertSameFile();
    this.#root.resetReadTxn();
    if (this.#isSameTurn) return;
    this.#isSameTurn = true;
    setImmediate(() => (this.#isSameTurn = false));
  }

  /** Throws `DatabaseError` (`LMDB_STORE_REPLACED`) and `DamagedDatabaseError`: LMDB must not read it any more. */
  assertSameFile(): void {
    this.#file.assertSame();
  }

  /** Keeps it open as it is until the work is done, which LMDB does elsewhere, or by a reader's pages. */
  async hold<R>(work: () => Promise<R>): Promise<R> {
    this.#holds += 1;
    try {
      return await work();
    } finally {
      this.#holds -= 1;
    }
  }

  /**
   * Runs the section in a transaction: all that it writes or nothing. Throws what the section throws,
   * and `DatabaseError`; `DamagedDatabaseError` for a file that was cut meanwhile.
   */
  write(section: () => void): void {
    this.#prepare();
    let isThrough = false;
    try {
      this.#root.transactionSync(() => {
        section();
        isThrough = true;
      });
    } catch (error) {
      for (const { codec } of this.#collections.values()) codec.forget();
      // A commit that failed may have left LMDB unusable: it is begun anew from the file.
      this.#isSpent = isThrough;
      if (isThrough && this.#holds === 0) this.#reopen();
      throw isThrough ? toDatabaseError(this.path, error) : error;
    }
    this.#file.note();
  }

  /**
   * Within a transaction: takes as many pages as the commit may need, and gives them back. When there are
   * none that are free, the room is seen to be missing; when there are, the commit has them.
   */
  tryPages(): void {
    const [collection] = this.#collections.values();
    if (collection === undefined) return;
    const keys = Array.from({ length: TRIED_PAGES }, (_, index) => `\0page ${index}`);
    for (const key of keys) collection.database.putSync(key, seal(key, PAGE));
    for (const key of keys) collection.database.removeSync(key);
  }

  /**
   * Makes an empty transaction, so that the pages which the last one has freed can be used: LMDB leaves them alone
   * in the one after it, for a header that may still be needed. Gives false when that was done
   * already, or there is no room for it.
   */
  settle(): boolean {
    const [collection] = this.#collections.values();
    if (collection === undefined || this.#room.transaction === this.#settledTransaction)
      return false;
    const format = collection.database.getBinary(FORMAT_KEY);
    if (format === undefined) return false;
    const tally = { changes: 1, bytes: 0, isDeletion: true };
    try {
      this.write(() => {
        collection.database.putSync(FORMAT_KEY, format);
        if (this.#room.isTight(tally)) this.tryPages();
        if (this.#room.missing(tally) !== undefined) throw this.full("an empty transaction");
      });
    } catch (error) {
      if (error instanceof DatabaseError && error.code === "LMDB_STORE_FULL") return false;
      throw error;
    }
    this.#settledTransaction = this.#room.transaction;
    return true;
  }

  /** Makes the file at least so large, up to its maximum size. Gives false when it has that. */
  grow(bytes: number): boolean {
    if (!this.#file.grow(bytes)) return false;
    // Who holds it goes on; meanwhile it is not known exactly what a transaction takes.
    if (this.#holds > 0) this.#room = this.#createRoom();
    else this.#reopen();
    return true;
  }

  close(): void {
    this.#file.close();
    if (isOpen(this.#root)) closeNow(this.#root, this.path);
  }

  /** Before LMDB is used: it is the same file, and mapped as it is. */
  #prepare(): void {
    this.#file.look();
    const isOutgrown = this.#room.hasGrown() || this.#file.size !== this.#mappedSize;
    if (this.#isSpent || (this.#holds === 0 && isOutgrown)) this.#reopen();
  }

  /** Begins anew from the file: after a failure, and to get a map of the right size. */
  #reopen(): void {
    if (this.#holds > 0) {
      const reason = "a commit has failed, and a backup or a check is still under way";
      throw new DatabaseError("LMDB_STORE_IO", this.path, reason);
    }
    this.#isSpent = true;
    if (isOpen(this.#root)) closeNow(this.#root, this.path);
    try {
      this.#root = this.#openRoot();
      for (const [name, collection] of this.#collections) {
        collection.database = this.#openDatabase(name);
        collection.codec.forget();
      }
    } catch (error) {
      throw toDatabaseError(this.path, error, "LMDB_STORE_OPEN_FAILED");
    }
    this.#isSpent = false;
    this.#room = this.#createRoom();
  }

  #createRoom(): Room {
    return new Room(this.#root, this.#file.size, this.options.maxSize);
  }

  /** Throws `DatabaseError` (`LMDB_STORE_FULL`) when there is none for a collection, whose making nobody watches. */
  #assertRoom(): void {
    for (;;) {
      const missing = this.#room.missing({ changes: 0, bytes: 0, isDeletion: true });
      if (missing === undefined) return;
      if (!this.grow(missing)) throw this.full("another collection");
    }
  }

  /** What is to be thrown when `what` needs more than the file may become. */
  full(what: string): DatabaseError {
    const reason = `${what} would make it larger than ${this.options.maxSize} bytes`;
    return new DatabaseError("LMDB_STORE_FULL", this.path, reason);
  }

  #openRoot(): RootDatabase {
    const { maxReaders, durability } = this.options;
    this.#mappedSize = this.#file.size;
    // `permissionsMode` is missing in its types.
    const options: RootDatabaseOptionsWithPath & { readonly permissionsMode: number } = {
      path: this.path,
      noSubdir: true,
      // It has a third meta page, which is written at other times than the others.
      overlappingSync: false,
      mapSize: Room.mapSize(this.#mappedSize),
      maxReaders,
      maxDbs: MAXIMUM_COLLECTIONS,
      permissionsMode: PRIVATE_MODE,
      ...SYNC[durability],
    };
    assertDescriptors(this.path);
    return this.#native.open(options);
  }

  #openDatabase(name: string): NativeCollection {
    return this.#root.openDB<Uint8Array, string>({ name, ...COLLECTION_OPTIONS });
  }

  #createCodec(name: string): RecordCodec {
    return new RecordCodec(this.#native.MessagePack, {
      read: () => this.collection(name).database.getBinary(STRUCTURES_KEY),
      write: (sealed) => {
        this.collection(name).database.putSync(STRUCTURES_KEY, sealed);
      },
    });
  }
}

/** LMDB closes at once when nothing is under way, and nothing is: every transaction is synchronous. */
function closeNow(root: RootDatabase, path: string): void {
  const closing = root.close();
  closing.catch(() => {
    // What went wrong is seen below.
  });
  if (isOpen(root)) throw new DatabaseError("LMDB_STORE_IO", path, "LMDB did not close it");
}

function isOpen(root: RootDatabase): boolean {
  // It is not in the types.
  return Reflect.get(root, "status") !== "closed";
}
