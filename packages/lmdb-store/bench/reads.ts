// Reading activities of 50 agents: one by its key, and the last 20 of an agent. The files are in memory,
// as they are in the page cache of whoever reads often. What is read is compared with what was written.
// Arguments: how many records; else 100 000 and 1 000 000.
import assert from "node:assert/strict";

import {
  activityOf,
  agentOf,
  AGENTS,
  lastActivitiesOf,
  positionOf,
  UncheckedSchema,
} from "./support/activity.ts";
import type { Engine, EngineKind } from "./support/engine.ts";
import { fileOf, fillDatabases } from "./support/filled-databases.ts";
import { defaultOptionsKind, freshKind, sameOptionsKind } from "./support/lmdb-engine.ts";
import { withMemoryFolder } from "./support/places.ts";
import { runOnNewerNode } from "./support/run-on-newer-node.ts";
import { inWords, sizesOr } from "./support/sizes.ts";
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

const LIMIT = 20;
const TURNS = { rounds: 4_000, warmUp: 1_000 };
// So seldom that the comparison does not fill the caches.
const CHECK_EVERY = 16;
const BASE = sameOptionsKind.name;
const STORE = storeKind("store");
const UNCHECKED = storeKind("store, schema that checks nothing", { schema: UncheckedSchema });

interface Measured {
  readonly size: number;
  readonly gets: Figures;
  readonly lasts: Figures;
}

async function measure(
  folder: string,
  size: number,
  sqlite: readonly EngineKind[],
): Promise<Measured> {
  const filled = [sameOptionsKind, defaultOptionsKind, STORE, ...sqlite];
  const files = await fillDatabases(folder, filled, size);
  const engines: [string, Engine][] = [];
  const add = async (kind: EngineKind, owner = kind): Promise<void> => {
    const engine = await kind.open(fileOf(files, owner.name), { isDurable: false });
    engines.push([kind.name, engine]);
  };
  for (const kind of filled) await add(kind);
  await add(freshKind, sameOptionsKind);
  await add(UNCHECKED, STORE);
  const gets = await takeTurns(engines.flatMap(getsOf(size)), TURNS);
  printFigures(`One of ${inWords(size)} records by its key`, gets, BASE);
  const lasts = await takeTurns(engines.flatMap(lastsOf(size)), TURNS);
  printFigures(`The last ${LIMIT} of an agent among ${inWords(size)} records`, lasts, BASE);
  for (const [, engine] of engines) await engine.close();
  return { size, gets, lasts };
}

/** A contender for each way to call it. `read` gives what `expected` gives. */
function readersOf<Question>(
  name: string,
  reads: readonly (readonly [
    suffix: string,
    read: ((question: Question) => unknown) | undefined,
  ])[],
  ask: (round: number) => { readonly question: Question; readonly expected: unknown },
): Contender[] {
  return reads.flatMap(([suffix, read]) => {
    if (read === undefined) return [];
    let question = ask(0).question;
    let found: unknown;
    const contender: Contender = {
      name: `${name}${suffix}`,
      prepare(round) {
        question = ask(round).question;
      },
      run() {
        found = read(question);
        return found;
      },
      async check(round) {
        if (round % CHECK_EVERY > 0) return;
        // As text: SQLite's records have no prototype.
        const text = JSON.stringify(await found);
        assert.equal(text, JSON.stringify(ask(round).expected), `${name} reads something else`);
      },
    };
    return [contender];
  });
}

const getsOf =
  (size: number) =>
  ([name, engine]: readonly [string, Engine]): Contender[] => {
    // In no order, and each of them some time.
    const sequenceOf = (round: number): number => (round * 48_271) % size;
    const ask = (round: number) => ({
      question: positionOf(sequenceOf(round)),
      get expected() {
        return activityOf(sequenceOf(round));
      },
    });
    return readersOf(
      name,
      [
        ["", engine.get],
        [", awaited", engine.getAwaited],
      ],
      ask,
    );
  };

const lastsOf = (size: number) => {
  const expected = Array.from({ length: AGENTS }, (_, index) =>
    lastActivitiesOf(agentOf(index), LIMIT, size),
  );
  const ask = (round: number) => ({
    question: agentOf((round * 7) % AGENTS),
    expected: expected[(round * 7) % AGENTS],
  });
  return ([name, { last, lastAwaited }]: readonly [string, Engine]): Contender[] =>
    readersOf(
      name,
      [
        ["", (agent: string) => last(agent, LIMIT)],
        [", awaited", lastAwaited && ((agent: string) => lastAwaited(agent, LIMIT))],
      ],
      ask,
    );
};

async function main(): Promise<void> {
  const sqlite = await sqliteKinds();
  const all: Measured[] = [];
  for (const size of sizesOr([100_000, 1_000_000])) {
    all.push(await withMemoryFolder((folder) => measure(folder, size, sqlite)));
  }
  const [first, ...larger] = all;
  if (first === undefined) return;
  printTargets([
    ...all.map(({ size, lasts }) => ({
      what: `7, last ${LIMIT} among ${inWords(size)}, to lmdb`,
      figure: ratioOf(lasts, STORE.name, BASE),
      limit: 1.2,
    })),
    // Flat, but for the steps of one page or two more.
    ...larger.map(({ size, lasts }) => ({
      what: `7, last ${LIMIT} among ${inWords(size)}, to ${inWords(first.size)}`,
      figure: medianOf(lasts, STORE.name) / medianOf(first.lasts, STORE.name),
      limit: 1.2,
    })),
  ]);
}

if (!(await runOnNewerNode(import.meta.url))) await main();
