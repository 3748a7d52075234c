import {
  type AppliedChanges,
  createFileUpdater,
  type LockedFile,
  type Outcome,
} from "@x/atomic-fs";
import type { Address, Change, Decision, Values } from "@x/registry-core";
import { runDecision } from "@x/registry-core/engine";

import type { Environment } from "./environment.ts";
import { toDatabaseError } from "./lmdb-error.ts";
import { rawIn } from "./records.ts";

/** One `transact`, waiting for its turn. */
export interface PendingTransaction {
  readonly environment: Environment;
  /** Runs `decide` on what is stored now. Throws what `decide` throws. */
  readonly decide: () => readonly Change[];
}

/**
 * Makes transactions under the lock of the database: those of a process that wait for it together
 * become one of LMDB's, and one fsync.
 */
export const transactionUpdater = createFileUpdater<PendingTransaction>(applyTransactions);

/** `result` is there when the transaction was made. */
export function pendingTransaction<const A extends readonly Address<unknown>[], R>(
  environment: Environment,
  reads: A,
  decide: (values: Values<A>) => Decision<R>,
): { readonly pending: PendingTransaction; readonly result: () => R } {
  let made: { readonly result: R } | undefined;
  const pending: PendingTransaction = {
    environment,
    decide() {
      const { changes, result } = runDecision(
        reads,
        (address) => rawIn(environment, address),
        decide,
      );
      // One that is not open must not be found when others are changed already.
      for (const { collection } of changes) environment.collection(collection);
      made = { result };
      return changes;
    },
  };
  return {
    pending,
    result() {
      if (made === undefined) throw new TypeError("the transaction was not made");
      return made.result;
    },
  };
}

/** A transaction whose changes cannot be made. */
class FailedTransaction extends Error {
  readonly index: number;

  constructor(index: number, cause: unknown) {
    super("a transaction failed", { cause });
    this.index = index;
  }
}

function applyTransactions(
  _file: LockedFile,
  pending: readonly PendingTransaction[],
  isTimeUp: () => boolean,
): AppliedChanges {
  return { data: undefined, outcomes: outcomesOf(pending, isTimeUp) };
}

function outcomesOf(
  pending: readonly PendingTransaction[],
  isTimeUp: () => boolean,
  mayRetry = true,
): readonly Outcome[] {
  const [first] = pending;
  if (first === undefined) return [];
  const { environment } = first;
  const outcomes: Outcome[] = [];
  try {
    environment.write(() => {
      outcomes.length = 0;
      for (const [index, transaction] of pending.entries()) {
        if (index > 0 && isTimeUp()) break;
        outcomes.push(makeChanges(environment, transaction, index));
      }
    });
    return outcomes;
  } catch (failure) {
    if (!(failure instanceof FailedTransaction)) {
      return pending.map(() => ({ error: toDatabaseError(environment.path, failure) }));
    }
    // LMDB has undone all of them. Those before it are made without it, and it has a turn of its own.
    if (failure.index > 0) return outcomesOf(pending.slice(0, failure.index), isTimeUp);
    if (mayRetry && isFull(failure.cause)) {
      // What dead readers have kept is free now.
      environment.root.readerCheck();
      return outcomesOf([first], isTimeUp, false);
    }
    return [{ error: toDatabaseError(environment.path, failure.cause) }];
  }
}

function isFull(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "LMDB_STORE_FULL";
}

function makeChanges(
  environment: Environment,
  { decide }: PendingTransaction,
  index: number,
): Outcome {
  let changes: readonly Change[];
  try {
    changes = decide();
  } catch (error) {
    // It has changed nothing.
    return { error };
  }
  if (changes.length === 0) return undefined;
  try {
    for (const change of changes) makeChange(environment, change);
    environment.room.assertFits(changes);
    return undefined;
  } catch (cause) {
    throw new FailedTransaction(index, cause);
  }
}

function makeChange(environment: Environment, change: Change): void {
  const { database, codec } = environment.collection(change.collection);
  const key = Buffer.from(change.key);
  if (change.type === "delete") database.removeSync(key);
  else database.putSync(key, codec.encode(key, change.value));
}
