import { openLmdbStore } from "@x/lmdb-store";
import { type Change, type Schema, under } from "@x/registry-core";

import { activitiesOf, type Activity, ActivitySchema, keyOfActivity } from "./activity.ts";
import type { Engine, EngineKind, EngineOptions } from "./engine.ts";

interface Variant {
  readonly schema?: Schema<Activity>;
  /** The changes are made (keys, schema, copy of the value) before the transaction is measured. */
  readonly isMadeBefore?: boolean;
}

const MAXIMUM_BYTES = 2 ** 31;

/** The store of this package. */
export function storeKind(name: string, variant: Variant = {}): EngineKind {
  return { name, open: (path, options) => openStore(path, options, variant) };
}

async function openStore(
  path: string,
  { isDurable }: EngineOptions,
  { schema = ActivitySchema, isMadeBefore = false }: Variant,
): Promise<Engine> {
  const store = await openLmdbStore(path, {
    collections: ["activities"],
    maxSize: MAXIMUM_BYTES,
    durability: isDurable ? "full" : "none",
  });
  const activities = activitiesOf(schema);
  const { sync } = store;
  const put = (activity: Activity): Change => activities.put(keyOfActivity(activity), activity);
  let made: readonly Change[] = [];
  const changesOf = (written: readonly Activity[]): readonly Change[] =>
    isMadeBefore ? made : written.map(put);
  const transact = (changes: readonly Change[]): Promise<undefined> =>
    store.transact([], () => ({ changes, result: undefined }));
  return {
    prepare(written) {
      if (isMadeBefore) made = written.map(put);
    },
    write(written) {
      const changes = changesOf(written);
      sync.transact([], () => ({ changes, result: undefined }));
    },
    writeAwaited: (written) => transact(changesOf(written)),
    writeEach: (written) => Promise.all(changesOf(written).map((change) => transact([change]))),
    get: (position) => sync.get(activities.at(keyOfActivity(position))),
    getAwaited: (position) => store.get(activities.at(keyOfActivity(position))),
    last: (agent, limit) => valuesOf(sync.entries(activities, lastOf(agent, limit))),
    lastAwaited: async (agent, limit) =>
      valuesOf(await store.entries(activities, lastOf(agent, limit))),
    close: () => store.close(),
  };
}

const lastOf = (agent: string, limit: number) => ({ ...under(agent), limit, reverse: true });

const valuesOf = (entries: readonly [string, Activity][]): Activity[] =>
  entries.map(([, value]) => value);
