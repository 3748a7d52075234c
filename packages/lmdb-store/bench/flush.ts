// Writing activities: 1000 in one transaction, one alone, 200 transactions asked for at once; on a
// disk, durable when it returns, and in memory, not durable. Each contender has a database of its own,
// and after each round gives the records that it was given.
import assert from "node:assert/strict";
import { join } from "node:path";

import { activitiesFrom, type Activity } from "./support/activity.ts";
import type { Engine, EngineKind } from "./support/engine.ts";
import { defaultOptionsKind, flushedKind, sameOptionsKind } from "./support/lmdb-engine.ts";
import { withDiskFolder, withMemoryFolder } from "./support/places.ts";
import { runOnNewerNode } from "./support/run-on-newer-node.ts";
import { sqliteKinds } from "./support/sqlite-engine.ts";
import { storeKind } from "./support/store-engine.ts";
import { printTargets } from "./support/targets.ts";
import {
  type Contender,
  type Figures,
  medianOf,
  printFigures,
  ratioOf,
  takeTurns,
} from "./support/turns.ts";

type Write = (engine: Engine, activities: readonly Activity[]) => unknown;

/** A contender: an engine, and which of its calls. */
type Entry = readonly [suffix: string, kind: EngineKind, write: Write];

const STORE = storeKind("store");
const MADE_BEFORE = storeKind("store, changes made before", { isMadeBefore: true });
const BASE = sameOptionsKind.name;
const SYNC = "";
const AWAITED = ", awaited";

const writeAtOnce: Write = (engine, activities) => engine.write(activities);
const writeAwaited: Write = (engine, activities) => engine.writeAwaited?.(activities);
const writeEach: Write = (engine, activities) => engine.writeEach(activities);

function flushEntries(sqlite: readonly EngineKind[]): Entry[] {
  return [
    [SYNC, sameOptionsKind, writeAtOnce],
    [SYNC, defaultOptionsKind, writeAtOnce],
    [AWAITED, flushedKind, writeAwaited],
    [SYNC, STORE, writeAtOnce],
    [SYNC, MADE_BEFORE, writeAtOnce],
    [AWAITED, STORE, writeAwaited],
    ...sqlite.map((kind): Entry => [SYNC, kind, writeAtOnce]),
  ];
}

function eachEntries(sqlite: readonly EngineKind[]): Entry[] {
  const kinds = [sameOptionsKind, defaultOptionsKind, flushedKind, STORE, ...sqlite];
  return kinds.map((kind): Entry => [SYNC, kind, writeEach]);
}

async function measure(
  folder: string,
  entries: readonly Entry[],
  { isDurable, count, rounds }: { isDurable: boolean; count: number; rounds: number },
): Promise<Figures> {
  const engines: Engine[] = [];
  const contenders: Contender[] = [];
  for (const [index, [suffix, kind, write]] of entries.entries()) {
    const engine = await kind.open(join(folder, `${count}-${index}.db`), { isDurable });
    engines.push(engine);
    contenders.push(contenderOf(`${kind.name}${suffix}`, engine, write, count));
  }
  const figures = await takeTurns(contenders, { rounds, warmUp: Math.ceil(rounds / 5) });
  for (const engine of engines) await engine.close();
  return figures;
}

function contenderOf(name: string, engine: Engine, write: Write, count: number): Contender {
  let activities: readonly Activity[] = [];
  return {
    name,
    prepare(round) {
      activities = activitiesFrom(round * count, count);
      engine.prepare?.(activities);
    },
    run: () => write(engine, activities),
    check() {
      for (const some of [activities.at(0), activities.at(-1)]) {
        if (some === undefined) continue;
        assert.deepEqual({ ...engine.get(some) }, some, `${name} has not kept a record`);
      }
    },
  };
}

interface Place {
  readonly words: string;
  readonly isDurable: boolean;
  readonly rounds: number;
}

/** Gives the figures of 1000 records in one transaction. */
async function measureAll(
  folder: string,
  { words, ...place }: Place,
  sqlite: readonly EngineKind[],
): Promise<Figures> {
  const entries = flushEntries(sqlite);
  const flush = await measure(folder, entries, { ...place, count: 1000 });
  printFigures(`1000 records in one transaction, ${words}`, flush, BASE);
  const puts = medianOf(flush, STORE.name) - medianOf(flush, MADE_BEFORE.name);
  process.stdout.write(
    `\nOf the store's time, 1000 puts (key, schema, copy): ${puts.toFixed(0)} µs\n`,
  );
  const alone = await measure(folder, entries, { ...place, count: 1 });
  printFigures(`One record alone, ${words}`, alone, BASE);
  const each = await measure(folder, eachEntries(sqlite), { ...place, count: 200 });
  printFigures(`200 transactions of one record, asked for at once, ${words}`, each, BASE);
  return flush;
}

async function main(): Promise<void> {
  const sqlite = await sqliteKinds();
  const disk = { words: "on disk, durable", isDurable: true, rounds: 60 };
  const memory = { words: "in memory, not durable", isDurable: false, rounds: 100 };
  const durable = await withDiskFolder((folder) => measureAll(folder, disk, sqlite));
  const volatile = await withMemoryFolder((folder) => measureAll(folder, memory, sqlite));
  printTargets(
    (
      [
        ["durable", durable],
        ["not durable", volatile],
      ] as const
    ).flatMap(([words, figures]) => [
      {
        what: `6, flush of 1000, ${words}, to lmdb`,
        figure: ratioOf(figures, STORE.name, BASE),
        limit: 1.3,
      },
      ...["better-sqlite3", "node:sqlite"].map((rival) => ({
        what: `6, flush of 1000, ${words}, to ${rival}`,
        figure: ratioOf(figures, STORE.name, rival),
        limit: 0.8,
      })),
    ]),
  );
}

if (!(await runOnNewerNode(import.meta.url))) await main();
