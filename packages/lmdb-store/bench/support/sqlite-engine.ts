import type { Activity } from "./activity.ts";
import type { Engine, EngineKind, EngineOptions } from "./engine.ts";

/** What is used of `node:sqlite` and of better-sqlite3, which look alike. */
interface SqliteDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): Statement;
  close(): void;
}

interface Statement {
  run(...values: readonly unknown[]): unknown;
  get(...values: readonly unknown[]): unknown;
  all(...values: readonly unknown[]): unknown[];
}

type Open = new (path: string) => SqliteDatabase;

const COLUMNS = "agent, at, sequence, kind, hash, path, text, added, removed, seconds";
const TABLE = `CREATE TABLE IF NOT EXISTS activities (agent TEXT NOT NULL, at TEXT NOT NULL,
  sequence INTEGER PRIMARY KEY, kind TEXT NOT NULL, hash TEXT NOT NULL, path TEXT NOT NULL,
  text TEXT NOT NULL, added INTEGER NOT NULL, removed INTEGER NOT NULL, seconds REAL NOT NULL);
  CREATE INDEX IF NOT EXISTS of_agent ON activities (agent, at)`;

/** Those that are here; a line is printed for each that is not. */
export async function sqliteKinds(): Promise<EngineKind[]> {
  const found: EngineKind[] = [];
  for (const [name, open] of [
    ["node:sqlite", nodeSqlite()],
    ["better-sqlite3", await betterSqlite()],
  ] as const) {
    if (open === undefined) process.stdout.write(`${name} is not here: it is left out\n`);
    else found.push({ name, open: async (path, options) => openSqlite(open, path, options) });
  }
  return found;
}

/** Undefined before Node 22.5. */
export function nodeSqlite(): Open | undefined {
  const { DatabaseSync } = Object(process.getBuiltinModule("node:sqlite"));
  return DatabaseSync;
}

async function betterSqlite(): Promise<Open | undefined> {
  // It is no dependency: it has to be built for every version of Node.
  const name: string = "better-sqlite3";
  try {
    const { default: open } = await import(name);
    return open;
  } catch {
    return undefined;
  }
}

function openSqlite(Open: Open, path: string, { isDurable }: EngineOptions): Engine {
  const database = new Open(path);
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${isDurable ? "FULL" : "OFF"}`);
  database.exec(TABLE);
  const { insert, one, last } = statementsOf(database);
  const write = (written: readonly Activity[]): void => {
    database.exec("BEGIN IMMEDIATE");
    for (const activity of written) insert.run(...Object.values(activity));
    database.exec("COMMIT");
  };
  return {
    write,
    writeEach: async (written) => written.forEach((activity) => write([activity])),
    // It gives what was written, and that is compared.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    get: ({ sequence }) => one.get(sequence) as Activity | undefined,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    last: (agent, limit) => last.all(agent, limit) as Activity[],
    close: async () => database.close(),
  };
}

function statementsOf(database: SqliteDatabase) {
  const places = COLUMNS.replaceAll(/\w+/g, "?");
  const select = `SELECT ${COLUMNS} FROM activities WHERE`;
  return {
    insert: database.prepare(`INSERT OR REPLACE INTO activities (${COLUMNS}) VALUES (${places})`),
    one: database.prepare(`${select} sequence = ?`),
    last: database.prepare(`${select} agent = ? ORDER BY at DESC LIMIT ?`),
  };
}
