// Opening a database on a disk, reading one record, closing it: in one process again and again, and in
// a process that does nothing else. A store whose file is as the store has left it opens it at once;
// any other file it reads as a whole first. Arguments: how many records; else 100 000 and 1 000 000.
import assert from "node:assert/strict";
import fs from "node:fs";

import { build } from "../../../scripts/workspace.mjs";
import { activityOf, positionOf } from "./support/activity.ts";
import { runBareNode, useDatabase } from "./support/database-process.ts";
import type { EngineKind } from "./support/engine.ts";
import { fileOf, type Files, fillDatabases } from "./support/filled-databases.ts";
import { sameOptionsKind } from "./support/lmdb-engine.ts";
import { withDiskFolder } from "./support/places.ts";
import { runOnNewerNode } from "./support/run-on-newer-node.ts";
import { inWords, sizesOr } from "./support/sizes.ts";
import { sqliteKinds } from "./support/sqlite-engine.ts";
import { storeKind } from "./support/store-engine.ts";
import { type Contender, printFigures, takeTurns } from "./support/turns.ts";

const STORE = storeKind("store");
const BARE = "node -e 0";
const TURNS = { rounds: 30, warmUp: 3 };
// Reading the whole file takes long enough to be seen in a few.
const UNKNOWN_ROUNDS = 5;

/** The store forgets how it has left the file. */
const forget = (file: string): void => fs.rmSync(`${file}.state`);

function variantsOf(
  kinds: readonly EngineKind[],
  files: Files,
): (Pick<Contender, "name" | "prepare" | "rounds"> & { kind: EngineKind; file: string })[] {
  const known = kinds.map((kind) => ({ name: kind.name, kind, file: fileOf(files, kind.name) }));
  const file = fileOf(files, STORE.name);
  const prepare = (): void => forget(file);
  const name = "store, file not known";
  return [...known, { name, kind: STORE, file, prepare, rounds: UNKNOWN_ROUNDS }];
}

function reopeningsOf(kinds: readonly EngineKind[], files: Files, size: number): Contender[] {
  return variantsOf(kinds, files).map(({ kind, file, ...variant }) => {
    let found: unknown;
    return {
      ...variant,
      async run(round) {
        const engine = await kind.open(file, { isDurable: true });
        found = engine.get(positionOf((round * 48_271) % size));
        await engine.close();
      },
      check: (round) =>
        assert.deepEqual(Object.assign({}, found), activityOf((round * 48_271) % size)),
    };
  });
}

function processesOf(kinds: readonly EngineKind[], files: Files, size: number): Contender[] {
  const { agent, at, sequence } = positionOf(Math.floor(size / 2));
  const processes = variantsOf(kinds, files).map(({ kind, file, ...variant }): Contender => {
    const engine = kind === sameOptionsKind ? "lmdb" : kind.name;
    return {
      ...variant,
      async run() {
        const { read } = await useDatabase([engine, file, "one", agent, at, String(sequence)]);
        assert.equal(read, 1, `${variant.name} has not found its record`);
      },
    };
  });
  return [{ name: BARE, run: runBareNode }, ...processes];
}

async function measure(folder: string, size: number, kinds: readonly EngineKind[]): Promise<void> {
  const files = await fillDatabases(folder, kinds, size);
  const again = await takeTurns(reopeningsOf(kinds, files, size), TURNS);
  const words = `one of ${inWords(size)} records read, closed`;
  printFigures(`Opened, ${words}`, again, sameOptionsKind.name);
  const processes = await takeTurns(processesOf(kinds, files, size), TURNS);
  printFigures(`A process: opened, ${words}`, processes, BARE);
}

async function main(): Promise<void> {
  build();
  // A process of its own is made for `node:sqlite` only.
  const sqlite = (await sqliteKinds()).filter(({ name }) => name === "node:sqlite");
  const kinds = [sameOptionsKind, STORE, ...sqlite];
  for (const size of sizesOr([100_000, 1_000_000])) {
    await withDiskFolder((folder) => measure(folder, size, kinds));
  }
}

if (!(await runOnNewerNode(import.meta.url))) await main();
