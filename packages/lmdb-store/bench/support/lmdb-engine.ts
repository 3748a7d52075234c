import { type Database, open, type RootDatabase } from "lmdb";

import type { Activity, Position } from "./activity.ts";
import type { Engine, EngineKind } from "./engine.ts";

type Key = (string | number)[];
type Activities = Database<Activity, Key>;

interface Opened {
  readonly root: RootDatabase<Activity, Key>;
  readonly activities: Activities;
}

const sharedStructuresKey = Symbol.for("structures");

/** LMDB with the options of the store of this package: what is written is durable when it returns. */
export const sameOptionsKind: EngineKind = {
  name: "lmdb, same options",
  open: async (path, { isDurable }) => engineOn(openWithSameOptions(path, isDurable)),
};

/** The same, each read of what is there at that moment, as the store has it; else it is of the turn of the event loop. */
export const freshKind: EngineKind = {
  name: "lmdb, same options, each read anew",
  open: async (path, { isDurable }) => {
    const opened = openWithSameOptions(path, isDurable);
    return engineOn(opened, () => opened.root.resetReadTxn());
  },
};

/** LMDB as its README has it: a `put` resolves when it is committed, which may be before it is on the disk. */
export const defaultOptionsKind: EngineKind = {
  name: "lmdb, default options",
  open: async (path, { isDurable }) => engineOn(openWithDefaults(path, isDurable)),
};

/** The same, and the awaited writes wait until they are on the disk, too. */
export const flushedKind: EngineKind = {
  name: "lmdb, default options, `flushed`",
  open: async (path, { isDurable }) => {
    const opened = openWithDefaults(path, isDurable);
    const engine = engineOn(opened);
    const { writeAwaited = () => Promise.resolve() } = engine;
    return {
      ...engine,
      writeAwaited: (written) => writeAwaited(written).then(() => opened.root.flushed),
      writeEach: (written) => engine.writeEach(written).then(() => opened.root.flushed),
    };
  },
};

function openWithSameOptions(path: string, isDurable: boolean): Opened {
  const root = open<Activity, Key>({
    path,
    noSubdir: true,
    overlappingSync: false,
    mapSize: 2 ** 31,
    maxReaders: 1024,
    maxDbs: 128,
    noSync: !isDurable,
  });
  const activities = root.openDB<Activity, Key>({ name: "activities", sharedStructuresKey });
  return { root, activities };
}

function openWithDefaults(path: string, isDurable: boolean): Opened {
  const root = open<Activity, Key>({
    path,
    noSubdir: true,
    sharedStructuresKey,
    ...(isDurable ? {} : { noSync: true }),
  });
  return { root, activities: root };
}

function engineOn({ root, activities }: Opened, beginRead: () => void = () => {}): Engine {
  return {
    write(written) {
      root.transactionSync(() => {
        for (const activity of written) activities.putSync(keyOf(activity), activity);
      });
    },
    writeAwaited: (written) =>
      root.transaction(() => {
        for (const activity of written) activities.putSync(keyOf(activity), activity);
      }),
    writeEach: (written) =>
      Promise.all(written.map((activity) => activities.put(keyOf(activity), activity))),
    get(position) {
      beginRead();
      return activities.get(keyOf(position));
    },
    last(agent, limit) {
      beginRead();
      const range = { start: [agent, "\uffff"], end: [agent], reverse: true, limit };
      return Array.from(activities.getRange(range), ({ value }) => value);
    },
    close: () => root.close(),
  };
}

const keyOf = ({ agent, at, sequence }: Position): Key => [agent, at, sequence];
