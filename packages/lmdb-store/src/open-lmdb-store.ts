import { type SyncStore, writeWarning } from "@x/registry-core";
import {
  assertCollectionName,
  assertRange,
  CallGate,
  refuseInsideStep,
} from "@x/registry-core/engine";

import { backUp } from "./back-up.ts";
import { canonicalPath } from "./canonical-path.ts";
import type { Environment } from "./environment.ts";
import { toDatabaseError } from "./lmdb-error.ts";
import type { LmdbStore, LmdbStoreOptions } from "./lmdb-store.ts";
import { maximumSizeOf } from "./maximum-size.ts";
import { createMemoryDatabase } from "./memory-database.ts";
import { rawEntriesIn, rawIn } from "./records.ts";
import { acquireEnvironment, type Opening, releaseEnvironment } from "./shared-environments.ts";
import { transact, transactSync } from "./transactions.ts";
import { verify } from "./verify.ts";

const DEFAULT_MAX_READERS = 1024;
const MOST_READERS = 65_536;
const MOST_COLLECTIONS = 64;

/**
 * Opens a store in one LMDB file, and makes the file (mode 0600) and its folder where they are not
 * there; `:memory:` is a store that leaves nothing on disk. Several processes may use it. Atomic,
 * exclusive, and durable by `durability`. Reading takes no lock.
 *
 * No damaged file reaches LMDB's native code: the file is checked before, and all its pages unless it
 * is exactly as one of these stores has left it. Throws `DamagedDatabaseError`, `ForeignDatabaseError`,
 * `DatabaseError`, `DatabaseSizeError`, and `LockedError` of `@x/atomic-fs`.
 */
export function openLmdbStore(path: string, options: LmdbStoreOptions): Promise<LmdbStore> {
  // Thrown at once: nobody awaits there.
  refuseInsideStep();
  return open(path, options);
}

async function open(path: string, options: LmdbStoreOptions): Promise<LmdbStore> {
  const opening = openingOf(options);
  if (path === ":memory:") return createMemoryDatabase(opening.collections, openLmdbStore);
  const canonical = canonicalPath(path);
  const environment = await acquireEnvironment(canonical, opening);
  return storeOn(environment, opening);
}

function openingOf(options: LmdbStoreOptions): Opening {
  // Of what a caller without types leaves out, TypeScript knows nothing.
  const given: unknown = options;
  if (typeof given !== "object" || given === null) {
    throw new TypeError("a store needs options: at least the names of its `collections`");
  }
  const {
    collections,
    durability = "full",
    damaged = "refuse",
    onWarning = writeWarning,
  } = options;
  const { maxReaders = DEFAULT_MAX_READERS, timeoutMilliseconds } = options;
  if (!Array.isArray(collections) || collections.length === 0) {
    throw new TypeError("`collections` is a list of at least one name");
  }
  if (collections.length > MOST_COLLECTIONS) {
    throw new TypeError(`${collections.length} collections are more than ${MOST_COLLECTIONS}`);
  }
  for (const name of collections) assertCollectionName(name);
  if (!Number.isSafeInteger(maxReaders) || maxReaders < 1 || maxReaders > MOST_READERS) {
    throw new TypeError(`${String(maxReaders)} readers is no number from 1 to ${MOST_READERS}`);
  }
  if (!["full", "data", "none"].includes(durability)) {
    throw new TypeError(`${durability} is no durability: full, data or none`);
  }
  if (damaged !== "refuse" && damaged !== "quarantine") {
    throw new TypeError(`${String(damaged)} is nothing to do with a damaged file`);
  }
  if (typeof onWarning !== "function") throw new TypeError("onWarning is no function");
  const maxSize = maximumSizeOf(options.maxSize);
  return { collections, durability, damaged, onWarning, maxReaders, maxSize, timeoutMilliseconds };
}

function storeOn(environment: Environment, opening: Opening): LmdbStore {
  const gate = new CallGate();
  const { path } = environment;
  const { timeoutMilliseconds } = opening;
  const patience = { timeoutMilliseconds };
  const reading = <R>(read: () => R): R => {
    try {
      environment.refresh();
      return read();
    } catch (error) {
      throw toDatabaseError(path, error);
    }
  };
  const sync: SyncStore = {
    get: (address) =>
      gate.runSync(() => {
        const raw = reading(() => rawIn(environment, address));
        return raw === undefined ? undefined : address.parse(raw);
      }),
    entries: (collection, range) =>
      gate.runSync(() => {
        assertRange(collection.name, range);
        const found = reading(() => rawEntriesIn(environment, collection.name, range));
        // Not while LMDB's cursor is open: it is somebody else's code.
        return found.map(([key, raw]) => [key, collection.parse(key, raw)]);
      }),
    transact: (reads, decide) =>
      gate.runSync(() => transactSync(environment, patience, reads, decide)),
  };
  return {
    path,
    get: (address) => gate.run(async () => sync.get(address)),
    entries: (collection, range) => gate.run(async () => sync.entries(collection, range)),
    transact: (reads, decide) => gate.run(() => transact(environment, patience, reads, decide)),
    sync,
    supports: { durable: opening.durability === "full", processes: true },
    backupTo: (to) => gate.run(() => backUp(environment, patience, to)),
    verify: () => gate.run(() => verify(environment, patience)),
    close: () => gate.close(() => releaseEnvironment(path, opening)),
  };
}
