import type { RootDatabase, RootDatabaseOptionsWithPath } from "lmdb";

import type { Durability } from "@x/atomic-fs";

import { DamagedDatabaseError, DatabaseError, ForeignDatabaseError } from "./errors.ts";
import { currentState, type KnownState, KnownStateNote } from "./known-state.ts";
import { toDatabaseError } from "./lmdb-error.ts";
import type { Native, NativeCollection } from "./native.ts";
import { FORMAT_KEY, RecordCodec, seal, STRUCTURES_KEY, unseal } from "./record-codec.ts";
import { Room } from "./room.ts";

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

const FORMAT = Buffer.from("1");
// Room for the collections of whoever opens the same path in this process, too.
const MAXIMUM_COLLECTIONS = 128;
const PRIVATE_MODE = 0o600;

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
  readonly #note: KnownStateNote;
  #room: Room;
  #root: RootDatabase<Buffer, Buffer>;
  #state: KnownState | undefined;

  /** Throws what LMDB throws. The file must have been looked at before. */
  constructor(native: Native, path: string, options: EnvironmentOptions) {
    this.path = path;
    this.options = options;
    this.#native = native;
    this.#root = this.#openRoot();
    this.#room = new Room(this.#root, path, options.maxSize);
    this.#note = new KnownStateNote(path);
    this.#state = this.#note.write();
  }

  /** Opens those that are not open yet, and makes those that are not there. Throws `ForeignDatabaseError`. */
  openCollections(names: readonly string[]): void {
    const opened = names.filter((name) => !this.#collections.has(name));
    for (const name of opened) {
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
    this.#state = this.#note.write();
  }

  /** Throws a TypeError for one that nobody has named. */
  collection(name: string): OpenCollection {
    const collection = this.#collections.get(name);
    if (collection !== undefined) return collection;
    throw new TypeError(`the collection ${name} was not named when ${this.path} was opened`);
  }

  get root(): RootDatabase<Buffer, Buffer> {
    return this.#root;
  }

  get room(): Room {
    return this.#room;
  }

  /** What is read from now on is what is there now, whoever has written it. */
  refresh(): void {
    this.#root.resetReadTxn();
  }

  /**
   * Runs the section in a transaction: all that it writes or nothing. Throws what the section throws,
   * and `DatabaseError`; `DamagedDatabaseError` for a file that was cut meanwhile.
   */
  write(section: () => void): void {
    this.#assertSameFile();
    if (this.#room.isMapTooLarge()) this.reopen();
    let isThrough = false;
    try {
      this.#root.transactionSync(() => {
        section();
        isThrough = true;
      });
    } catch (error) {
      for (const { codec } of this.#collections.values()) codec.forget();
      // A commit that failed may have left LMDB unusable: it is begun anew from the file.
      if (isThrough) this.reopen();
      throw isThrough ? toDatabaseError(this.path, error) : error;
    }
    this.#state = this.#note.write();
  }

  /** Begins anew from the file: after a failure, and to get a map of the right size. */
  reopen(): void {
    closeNow(this.#root, this.path);
    try {
      this.#root = this.#openRoot();
      for (const [name, collection] of this.#collections) {
        collection.database = this.#openDatabase(name);
        collection.codec.forget();
      }
    } catch (error) {
      throw toDatabaseError(this.path, error, "LMDB_STORE_OPEN_FAILED");
    }
    this.#room = new Room(this.#root, this.path, this.options.maxSize);
  }

  close(): void {
    this.#note.close();
    closeNow(this.#root, this.path);
  }

  #assertSameFile(): void {
    const now = currentState(this.path);
    const known = this.#state;
    if (known === undefined || now === undefined || now.inode !== known.inode) {
      const reason =
        "the file was removed or replaced while it was open: close it and open it again";
      throw new DatabaseError("LMDB_STORE_REPLACED", this.path, reason);
    }
    if (now.bytes < known.bytes) {
      throw new DamagedDatabaseError(
        this.path,
        `it was cut to ${now.bytes} bytes while it was open`,
      );
    }
  }

  #openRoot(): RootDatabase<Buffer, Buffer> {
    const { maxReaders, durability, maxSize } = this.options;
    // `permissionsMode` is missing in its types.
    const options: RootDatabaseOptionsWithPath & { readonly permissionsMode: number } = {
      path: this.path,
      noSubdir: true,
      // It has a third meta page, which is written at other times than the others.
      overlappingSync: false,
      mapSize: Room.mapSize(maxSize),
      maxReaders,
      maxDbs: MAXIMUM_COLLECTIONS,
      permissionsMode: PRIVATE_MODE,
      keyEncoding: "binary",
      encoding: "binary",
      ...SYNC[durability],
    };
    return this.#native.open<Buffer, Buffer>(options);
  }

  #openDatabase(name: string): NativeCollection {
    return this.#root.openDB<Buffer, Buffer>({ name, keyEncoding: "binary", encoding: "binary" });
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
function closeNow(root: RootDatabase<Buffer, Buffer>, path: string): void {
  const closing = root.close();
  closing.catch(() => {
    // What went wrong is seen below.
  });
  // It is not in the types.
  if (Reflect.get(root, "status") !== "closed") {
    throw new DatabaseError("LMDB_STORE_IO", path, "LMDB did not close it");
  }
}

/** The first record of a collection says that it is one of ours, and of which version. */
function markFormat(path: string, name: string, database: NativeCollection): void {
  const sealed = database.getBinary(FORMAT_KEY);
  if (sealed === undefined) {
    if (!isEmpty(database))
      throw new ForeignDatabaseError(path, `another program has written ${name}`);
    database.putSync(FORMAT_KEY, seal(FORMAT_KEY, FORMAT));
    return;
  }
  const format = unseal(FORMAT_KEY, sealed);
  if (format === undefined || Buffer.compare(FORMAT, format) !== 0) {
    throw new ForeignDatabaseError(path, `${name} has a format that this version does not know`);
  }
}

function isEmpty(database: NativeCollection): boolean {
  for (const _ of database.getKeys({ limit: 1 })) return false;
  return true;
}
