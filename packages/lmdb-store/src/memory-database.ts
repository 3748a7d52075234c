import {
  type Collection,
  collection,
  createMemoryStore,
  type Decision,
  type JsonValue,
  type SyncStore,
} from "@x/registry-core";
import { CallGate } from "@x/registry-core/engine";

import { assertReplaceable, installCopy } from "./back-up.ts";
import { canonicalPath } from "./canonical-path.ts";
import type { DatabaseReport } from "./database-report.ts";
import type { LmdbStore, LmdbStoreOptions } from "./lmdb-store.ts";

const PATH = ":memory:";
const ALL = { limit: Infinity };

/** The store of `:memory:`: nothing of it is on a disk, and no native code is loaded for it. */
export function createMemoryDatabase(
  names: readonly string[],
  openFile: (path: string, options: LmdbStoreOptions) => Promise<LmdbStore>,
): LmdbStore {
  const store = createMemoryStore();
  if (store.sync === undefined) throw new TypeError("a store in memory has a synchronous face");
  const gate = new CallGate();
  const backups: string[] = [];
  const sync = withNames(store.sync, gate, namedOnly(new Set(names)));
  const records = recordsOf(store.sync, names);
  return {
    get: (address) => gate.run(async () => sync.get(address)),
    entries: (of, range) => gate.run(async () => sync.entries(of, range)),
    transact: (reads, decide) => gate.run(async () => sync.transact(reads, decide)),
    sync,
    supports: store.supports,
    close: () => gate.close(() => store.close()),
    path: PATH,
    backupTo: (path) =>
      gate.run(async () => {
        const target = canonicalPath(path);
        assertReplaceable(target, backups);
        backups.push(target);
        return installCopy(target, async (copyPath) => {
          const changes = records().flatMap(([one, entries]) =>
            entries.map(([key, value]) => one.put(key, value)),
          );
          const copy = await openFile(copyPath, { collections: names });
          try {
            await copy.transact([], () => ({ changes, result: undefined }));
          } finally {
            await copy.close();
          }
        });
      }),
    verify: () => gate.run(async () => reportOf(records())),
  };
}

/** The calls of the store, with a TypeError for a collection that was not named. */
function withNames(
  sync: SyncStore,
  gate: CallGate,
  assertNamed: (named: Named) => void,
): SyncStore {
  return {
    get: (address) =>
      gate.runSync(() => {
        assertNamed(address);
        return sync.get(address);
      }),
    entries: (of, range) =>
      gate.runSync(() => {
        assertNamed({ collection: of.name });
        return sync.entries(of, range);
      }),
    transact: (reads, decide) =>
      gate.runSync(() => {
        reads.forEach(assertNamed);
        return sync.transact(reads, (values) => assertChanges(decide(values), assertNamed));
      }),
  };
}

type Records = readonly (readonly [Collection<JsonValue>, [key: string, value: JsonValue][]])[];

/** Gives all that is in the collections now. */
function recordsOf(sync: SyncStore, names: readonly string[]): () => Records {
  // What is in them goes as it is.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const whole = { parse: (raw: unknown) => raw as JsonValue };
  const collections = names.map((name) => collection(name, whole));
  return () => collections.map((one) => [one, sync.entries(one, ALL)] as const);
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

function reportOf(records: Records): DatabaseReport {
  return {
    path: PATH,
    bytes: 0,
    pageSize: 0,
    pages: 0,
    freePages: 0,
    lostPages: 0,
    transaction: 0,
    collections: records.map(([{ name }, entries]) => ({ name, records: entries.length })),
  };
}
