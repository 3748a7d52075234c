import { open } from "lmdb";

import type { ActivityEntry } from "../../src/records/activity.ts";

/** What somebody would write without this package. */
export interface Rival {
  readonly name: string;
  /** All in one transaction, durable. */
  readonly write: (agent: string, first: number, entries: readonly ActivityEntry[]) => void;
  /** The newest first. */
  readonly last: (agent: string, limit: number) => readonly ActivityEntry[];
  readonly close: () => unknown;
}

type Key = [agent: string, milliseconds: number, number: number];

/** LMDB with the options of the store below the tracker. */
export function rawLmdb(path: string): Rival {
  const root = open({ path, noSubdir: true, overlappingSync: false, maxDbs: 16 });
  const activities = root.openDB<ActivityEntry, Key>({
    name: "activities",
    sharedStructuresKey: Symbol.for("structures"),
  });
  return {
    name: "lmdb, same options",
    write(agent, first, entries) {
      root.transactionSync(() => {
        for (const [index, entry] of entries.entries()) {
          activities.putSync([agent, Date.parse(entry.timestamp), first + index], entry);
        }
      });
    },
    last(agent, limit) {
      // Reads what is there now, as the tracker does.
      root.resetReadTxn();
      const start: Key = [agent, Infinity, Infinity];
      const range = { start, end: [agent, 0, 0] as Key, reverse: true, limit };
      return Array.from(activities.getRange(range), ({ value }) => value);
    },
    close: () => root.close(),
  };
}

interface SqliteDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): {
    run(...values: readonly unknown[]): unknown;
    all(...values: readonly unknown[]): unknown[];
  };
  close(): void;
}

export function sqlite(database: SqliteDatabase): Rival {
  const columns = "timestamp, task, actions, outcome, decisions";
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  database.exec(`CREATE TABLE activities (agent TEXT NOT NULL, number INTEGER PRIMARY KEY,
    timestamp TEXT NOT NULL, task TEXT NOT NULL, actions TEXT NOT NULL, outcome TEXT NOT NULL,
    decisions TEXT NOT NULL); CREATE INDEX of_agent ON activities (agent, timestamp)`);
  const insert = database.prepare(
    `INSERT INTO activities (agent, number, ${columns}) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const select = database.prepare(
    `SELECT ${columns} FROM activities WHERE agent = ? ORDER BY timestamp DESC LIMIT ?`,
  );
  return {
    name: "node:sqlite",
    write(agent, first, entries) {
      database.exec("BEGIN IMMEDIATE");
      for (const [index, { timestamp, task, actions, outcome, decisions }] of entries.entries()) {
        insert.run(agent, first + index, timestamp, task, actions, outcome, decisions);
      }
      database.exec("COMMIT");
    },
    // It gives what was written, and that is compared.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    last: (agent, limit) => select.all(agent, limit) as ActivityEntry[],
    close: () => database.close(),
  };
}
