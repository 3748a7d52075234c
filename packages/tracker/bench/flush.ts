// Flushing 1000 buffered activities, and reading the last 20 of an agent; on a disk, durable when it returns.
// Raw LMDB with the same options, and node:sqlite, get the same records, ready made.
import assert from "node:assert/strict";
import { join } from "node:path";

import { withDiskFolder } from "../../lmdb-store/bench/support/places.ts";
import { runOnNewerNode } from "../../lmdb-store/bench/support/run-on-newer-node.ts";
import { nodeSqlite } from "../../lmdb-store/bench/support/sqlite-engine.ts";
import { printTargets } from "../../lmdb-store/bench/support/targets.ts";
import {
  type Contender,
  printFigures,
  ratioOf,
  takeTurns,
} from "../../lmdb-store/bench/support/turns.ts";
import { Journal } from "../src/journal/journal.ts";
import { LMDBDatabase } from "../src/lmdb/lmdb-database.ts";
import type { ActivityEntry } from "../src/records/activity.ts";
import { WriteBuffer } from "../src/write-buffer.ts";
import { type Rival, rawLmdb, sqlite } from "./support/rivals.ts";

const AGENT = "build@anthropic/claude-sonnet-4";
const COUNT = 1000;
const LAST = 20;
const TURNS = { rounds: 40, warmUp: 8 };

function entriesOf(round: number): ActivityEntry[] {
  return Array.from({ length: COUNT }, (_, index) => ({
    timestamp: new Date(Date.UTC(2026, 0, 1) + (round * COUNT + index) * 1000).toISOString(),
    task: `task ${round * COUNT + index}`,
    actions: "edit packages/planning/src/phases/gate-rule.ts",
    outcome: "the gate names its evidence; a waiver needs a reason, and is recorded",
    decisions: "",
  }));
}

function trackerContender(name: string, database: LMDBDatabase, buffer: WriteBuffer): Contender {
  return {
    name,
    prepare(round) {
      for (const entry of entriesOf(round)) buffer.bufferActivity(AGENT, entry);
    },
    run: () => buffer.flush(database),
    check: async (round) => {
      const [last] = await database.getActivities(AGENT, 1);
      assert.equal(last?.task, entriesOf(round).at(-1)?.task);
    },
  };
}

function rivalContender(rival: Rival): Contender {
  let entries: ActivityEntry[] = [];
  return {
    name: rival.name,
    prepare: (round) => void (entries = entriesOf(round)),
    run: (round) => rival.write(AGENT, round * COUNT, entries),
    check: () => assert.equal(rival.last(AGENT, 1)[0]?.task, entries.at(-1)?.task),
  };
}

async function measure(folder: string): Promise<void> {
  const database = new LMDBDatabase(join(folder, "tracker.lmdb"));
  const journaled = new LMDBDatabase(join(folder, "journaled.lmdb"));
  const journal = new Journal(join(folder, "journaled.lmdb.journals"));
  const rivals = [rawLmdb(join(folder, "raw.lmdb"))];
  const Sqlite = nodeSqlite();
  if (Sqlite !== undefined) rivals.push(sqlite(new Sqlite(join(folder, "raw.sqlite"))));
  const [{ name: base } = { name: "" }] = rivals;

  const flushes = await takeTurns(
    [
      ...rivals.map(rivalContender),
      trackerContender("tracker", database, new WriteBuffer()),
      trackerContender("tracker, from a journal", journaled, new WriteBuffer({ journal })),
    ],
    TURNS,
  );
  printFigures(`A flush of ${COUNT} activities, durable`, flushes, base);

  const reads = await takeTurns(
    [
      ...rivals.map((rival) => ({ name: rival.name, run: () => rival.last(AGENT, LAST) })),
      { name: "tracker", run: () => database.getActivities(AGENT, LAST) },
    ],
    { rounds: 2000, warmUp: 200 },
  );
  printFigures(`The last ${LAST} of an agent`, reads, base);
  printTargets([
    { what: "6, a flush to raw LMDB", figure: ratioOf(flushes, "tracker", base), limit: 1.3 },
    { what: "6, to node:sqlite", figure: ratioOf(flushes, "tracker", "node:sqlite"), limit: 0.8 },
    { what: "7, last 20 to raw LMDB", figure: ratioOf(reads, "tracker", base), limit: 1.2 },
  ]);
  await journal.close();
  await database.close();
  await journaled.close();
  for (const rival of rivals) await rival.close();
}

if (!(await runOnNewerNode(import.meta.url))) await withDiskFolder(measure);
