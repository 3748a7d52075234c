import assert from "node:assert/strict";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Store } from "../store/store.ts";
import { type Calls, callsOf, type Clause } from "./clause.ts";
import { closingClauses, reopeningClauses, twoFacesClauses } from "./closing-clauses.ts";
import { contentionClauses } from "./contention-clauses.ts";
import { Crew } from "./crew.ts";
import { processClauses, syncProcessClauses } from "./process-clauses.ts";
import { randomClauses } from "./random-clauses.ts";
import { rangeClauses } from "./range-clauses.ts";
import { recordClauses } from "./record-clauses.ts";
import { openStore, type StoreFactory } from "./store-factory.ts";
import { withinTime } from "./time-limit.ts";
import { transactionClauses } from "./transaction-clauses.ts";

// A store that hangs does not close, either.
const CLOSING_AFTER_FAILURE_MILLISECONDS = 1_000;

/** Which engine is tried, by which runner, and how hard. */
export interface StoreTestOptions {
  /**
   * Registers one test: `test` of vitest, of node:test or of Bun. Those of several processes take
   * seconds; a runner with a shorter limit is told so here.
   */
  readonly test: (title: string, run: () => Promise<void>) => void;
  /** Where stores come from. */
  readonly factory: StoreFactory;
  /** What the store is to have: said here, so that a store that loses some of it fails. */
  readonly supports: Store["supports"] & { readonly sync: boolean };
  /** Flags of the runtime for the suite's processes, such as a loader that the module needs. */
  readonly execArgv?: readonly string[] | undefined;
  /** How many times the usual number of rounds is made. Default 1. */
  readonly load?: number | undefined;
  /** What chance depends on. Default: chance; it is told when a test fails. */
  readonly seed?: number | undefined;
}

/**
 * Registers the tests of the port for one engine: one for each promise and face, each in a temporary
 * folder of its own. Of a store that supports `processes`, several use one place at once, and some are
 * killed. Durability is not tried: that takes a power cut.
 */
export function testStore(options: StoreTestOptions): void {
  const { test, supports } = options;
  const add = (clauses: readonly Clause[], face: "async" | "sync" = "async"): void => {
    for (const { title, run } of clauses) {
      test(face === "sync" ? `sync: ${title}` : title, () => inTrial(options, face, run));
    }
  };
  const ofEachFace = [...recordClauses, ...rangeClauses, ...transactionClauses, ...randomClauses];
  add([supportsClause(supports), ...ofEachFace, ...contentionClauses, ...closingClauses]);
  if (supports.sync) add(ofEachFace, "sync");
  if (supports.sync) add(twoFacesClauses);
  if (supports.durable || supports.processes) add(reopeningClauses);
  if (supports.processes) add(processClauses);
  if (supports.processes && supports.sync) add(syncProcessClauses);
}

function supportsClause(supports: StoreTestOptions["supports"]): Clause {
  return {
    title: "the store supports what it should",
    async run({ store }) {
      const found = { ...store.supports, sync: store.sync !== undefined };
      assert.deepEqual(found, supports);
    },
  };
}

async function inTrial(
  options: StoreTestOptions,
  face: "async" | "sync",
  run: Clause["run"],
): Promise<void> {
  const { factory, execArgv = [], load = 1, seed = Math.floor(Math.random() * 2 ** 32) } = options;
  const folder = await realpath(await mkdtemp(join(tmpdir(), "cabinet-store-")));
  const crew = new Crew({ factory, folder, execArgv, load });
  const opened: Store[] = [];
  const open = async (): Promise<Store> => {
    const store = await openStore(factory, folder);
    opened.push(store);
    return store;
  };
  let hasPassed = false;
  try {
    const store = await open();
    await run({ calls: callsOfFace(store, face), store, reopen: open, crew, seed, load });
    hasPassed = true;
  } finally {
    await crew.end();
    const closing = Promise.allSettled(opened.map((store) => store.close()));
    if (hasPassed) await closing;
    else await withinTime(CLOSING_AFTER_FAILURE_MILLISECONDS, closing).catch(() => {});
    await rm(folder, { recursive: true, force: true });
  }
}

function callsOfFace(store: Store, face: "async" | "sync"): Calls {
  if (face === "async") return store;
  assert.ok(store.sync !== undefined, "the store has no synchronous face");
  return callsOf(store.sync);
}
