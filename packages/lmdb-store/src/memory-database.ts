import { resolve } from "node:path";

import {
  type Collection,
  collection,
  createMemoryStore,
  type Decision,
  type JsonValue,
  type SyncStore,
} from "@x/registry-core";

import { installCopy } from "./back-up.ts";
import type { DatabaseReport } from "./check-database.ts";
import type { LmdbStore, LmdbStoreOptions } from "./lmdb-store.ts";

const PATH = ":memory:";
const ALL = { limit: Infinity };

/** The store of `:memory:`: nothing of it is on a disk, and no native code is loaded for it. */
export function createMemoryDatabase(
  names: readonly string[],
  openFile: (path: string, options: LmdbStoreOptions) => Promise<LmdbStore>,
): LmdbStore {
  const store = createMemoryStore();
  const { sync } = store;
  if (sync === undefined) throw new TypeError("a store in memory has a synchronous face");
  const assertNamed = namedOnly(new Set(names));
  // What is in them goes as it is.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const whole = { parse: (raw: unknown) => raw as JsonValue };
  const collections = names.map((name) => collection(name, whole));
  return {
    ...store,
    get(address) {
      assertNamed(address);
      return store.get(address);
    },
    entries(of, range) {
      assertNamed({ collection: of.name });
      return store.entries(of, range);
    },
    transact(reads, decide) {
      reads.forEach(assertNamed);
      return store.transact(reads, (values) => assertChanges(decide(values), assertNamed));
    },
    sync: {
      get(address) {
        assertNamed(address);
        return sync.get(address);
      },
      entries(of, range) {
        assertNamed({ collection: of.name });
        return sync.entries(of, range);
      },
      transact(reads, decide) {
        reads.forEach(assertNamed);
        return sync.transact(reads, (values) => assertChanges(decide(values), assertNamed));
      },
    },
    path: PATH,
    backupTo: (path) =>
      installCopy(resolve(path), async (copyPath) => {
        const changes = collections.flatMap((one) =>
          sync.entries(one, ALL).map(([key, value]) => one.put(key, value)),
        );
        const copy = await openFile(copyPath, { collections: names });
        try {
          await copy.transact([], () => ({ changes, result: undefined }));
        } finally {
          await copy.close();
        }
      }),
    verify: async () => reportOf(sync, collections),
  };
}

/** A change, or an address. */
interface Named {
  readonly collection: string;
}

function namedOnly(names: ReadonlySet<string>): (named: Named) => void {
  return ({ collection: name }) => {
    if (names.has(name)) return;
    throw new TypeError(`the collection ${name} was not named when ${PATH} was opened`);
  };
}

/** Gives the decision, whatever else may be wrong with it: that is the store's to say. */
function assertChanges<R>(decision: Decision<R>, assertNamed: (named: Named) => void): Decision<R> {
  if (Array.isArray(decision?.changes)) decision.changes.forEach(assertNamed);
  return decision;
}

function reportOf(sync: SyncStore, collections: readonly Collection<JsonValue>[]): DatabaseReport {
  return {
    path: PATH,
    bytes: 0,
    pageSize: 0,
    pages: 0,
    freePages: 0,
    lostPages: 0,
    transaction: 0,
    collections: collections.map((one) => ({
      name: one.name,
      records: sync.entries(one, ALL).length,
    })),
  };
}
