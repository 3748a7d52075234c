// Opens a database of activities, reads what it is asked for, and prints how much that was; when it is
// started with --expose-gc, also how much memory it has then. It runs what was built, as users do.
import { strict as assert } from "node:assert";

/**
 * @typedef {object} Activities
 * @property {(key: [string, string, number]) => unknown} get
 * @property {(agent: string, limit: number) => readonly unknown[]} last
 * @property {() => unknown} close
 */

const LIMIT = 20;
const AGENTS = 50;

/** @type {Readonly<Record<string, (path: string) => Promise<Activities>>>} */
const OPENERS = {
  async store(path) {
    const { openLmdbStore } = await import("@x/lmdb-store");
    const { collection, keyOf, under } = await import("@x/registry-core");
    const store = await openLmdbStore(path, { collections: ["activities"], maxSize: 2 ** 31 });
    const activities = collection("activities", { parse: (raw) => raw });
    return {
      get: (key) => store.sync.get(activities.at(keyOf(...key))),
      last: (agent, limit) =>
        store.sync.entries(activities, { ...under(agent), limit, reverse: true }),
      close: () => store.close(),
    };
  },
  async lmdb(path) {
    const { open } = await import("lmdb");
    const sharedStructuresKey = Symbol.for("structures");
    const root = open({ path, noSubdir: true, overlappingSync: false, maxDbs: 128 });
    const activities = root.openDB({ name: "activities", sharedStructuresKey });
    return {
      get: (key) => activities.get(key),
      last(agent, limit) {
        const range = { start: [agent, "\uffff"], end: [agent], reverse: true, limit };
        return Array.from(activities.getRange(range), ({ value }) => value);
      },
      close: () => root.close(),
    };
  },
  async "node:sqlite"(path) {
    // Not in the types of Node 20.
    const { DatabaseSync } = Object(process.getBuiltinModule("node:sqlite"));
    const database = new DatabaseSync(path);
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    const one = database.prepare("SELECT * FROM activities WHERE sequence = ?");
    const last = database.prepare(
      "SELECT * FROM activities WHERE agent = ? ORDER BY at DESC LIMIT ?",
    );
    return {
      get: ([, , sequence]) => one.get(sequence),
      last: (agent, limit) => last.all(agent, limit),
      close: () => database.close(),
    };
  },
};

const [engine = "", path = "", what = "", agent = "", at = "", sequence = ""] =
  process.argv.slice(2);
const activities = await OPENERS[engine]?.(path);
assert(activities !== undefined, `there is no engine ${engine}`);

/** @param {number} agents */
function readLast(agents) {
  let read = 0;
  for (let index = 0; index < agents; index += 1) {
    read += activities?.last(`agent-${String(index).padStart(2, "0")}`, LIMIT).length ?? 0;
  }
  return read;
}

function readAsked() {
  if (what === "nothing") return 0;
  if (what === "one") return activities?.get([agent, at, Number(sequence)]) === undefined ? 0 : 1;
  return readLast(what === "all agents" ? AGENTS : 1);
}

const read = readAsked();
globalThis.gc?.();
const { heapUsed, external } = process.memoryUsage();
const memory = { used: heapUsed + external, resident: process.memoryUsage.rss() };
await activities.close();
process.stdout.write(JSON.stringify({ read, ...memory }));
