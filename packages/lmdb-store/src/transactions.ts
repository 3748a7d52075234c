import { createFileUpdater, type LockOptions, type Outcome } from "@x/atomic-fs";
import type { Address, Change, Decision, Values } from "@x/registry-core";
import { runDecision } from "@x/registry-core/engine";

import type { Environment } from "./environment.ts";
import { toDatabaseError } from "./lmdb-error.ts";
import { rawIn } from "./records.ts";
import type { Tally } from "./room.ts";

/** What waits for the lock of a database. */
type Pending = PendingTransaction | PendingTask;

/** Something else than a transaction: it has a hold of its own. */
interface PendingTask {
  readonly task: () => void;
}

/** One `transact`. */
interface PendingTransaction {
  readonly environment: Environment;
  /** Runs `decide` on what is stored now. Throws what `decide` throws. */
  readonly decide: () => readonly Change[];
}

/**
 * Makes transactions under the lock of the database: those of a process that wait for it together
 * become one of LMDB's, and one fsync.
 */
const updater = createFileUpdater<Pending>((_file, pending, isTimeUp) => ({
  data: undefined,
  outcomes: outcomesOf(pending, isTimeUp),
}));

/** Runs `task` while nobody else opens, writes or closes. It is never held across an `await`. */
export async function underLock<R>(path: string, patience: LockOptions, task: () => R): Promise<R> {
  let done: { readonly result: R } | undefined;
  const pending: PendingTask = {
    task() {
      done = { result: task() };
    },
  };
  await updater.update(path, pending, patience);
  return resultOf(done);
}

/** A transaction of the port. */
export async function transact<const A extends readonly Address<unknown>[], R>(
  environment: Environment,
  patience: LockOptions,
  reads: A,
  decide: (values: Values<A>) => Decision<R>,
): Promise<R> {
  const { pending, result } = pendingTransaction(environment, reads, decide);
  await updater.update(environment.path, pending, patience);
  return result();
}

/** The same within the current turn of the event loop. */
export function transactSync<const A extends readonly Address<unknown>[], R>(
  environment: Environment,
  patience: LockOptions,
  reads: A,
  decide: (values: Values<A>) => Decision<R>,
): R {
  const { pending, result } = pendingTransaction(environment, reads, decide);
  updater.updateSync(environment.path, pending, patience);
  return result();
}

/** `result` is there when the transaction was made. */
function pendingTransaction<const A extends readonly Address<unknown>[], R>(
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
    result: () => resultOf(made),
  };
}

function resultOf<R>(done: { readonly result: R } | undefined): R {
  if (done === undefined) throw new TypeError("it was not done");
  return done.result;
}

/** A transaction whose changes cannot be made. */
class FailedTransaction extends Error {
  readonly index: number;

  constructor(index: number, cause: unknown) {
    super("a transaction failed", { cause });
    this.index = index;
  }
}

/** The file is not large enough for the changes. */
class MissingRoom extends Error {
  readonly bytes: number;
  readonly isDeletion: boolean;

  constructor(bytes: number, { isDeletion }: Tally) {
    super("a transaction needs more room");
    this.bytes = bytes;
    this.isDeletion = isDeletion;
  }
}

/** Of as many of the first as have their turn now. */
function outcomesOf(pending: readonly Pending[], isTimeUp: () => boolean): readonly Outcome[] {
  const [first] = pending;
  if (first !== undefined && "task" in first) {
    try {
      first.task();
      return [undefined];
    } catch (error) {
      // Those behind it have nothing to do with it.
      return [{ error }];
    }
  }
  const task = pending.findIndex((one) => "task" in one);
  const transactions = (task === -1 ? pending : pending.slice(0, task)).filter(isTransaction);
  return transactionOutcomes(transactions, isTimeUp);
}

function isTransaction(pending: Pending): pending is PendingTransaction {
  return !("task" in pending);
}

function transactionOutcomes(
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
      const tally: Tally = { changes: 0, bytes: 0, isDeletion: true };
      for (const [index, transaction] of pending.entries()) {
        if (index > 0 && isTimeUp()) break;
        outcomes.push(makeChanges(environment, transaction, index, tally));
      }
    });
    return outcomes;
  } catch (failure) {
    if (!(failure instanceof FailedTransaction)) {
      return pending.map(() => ({ error: toDatabaseError(environment.path, failure) }));
    }
    // LMDB has undone all of them. Those before it are made without it, and it has a turn of its own.
    if (failure.index > 0) return transactionOutcomes(pending.slice(0, failure.index), isTimeUp);
    return withMoreRoom(environment, failure.cause, mayRetry, (again) =>
      transactionOutcomes(pending, isTimeUp, again),
    );
  }
}

/** Tries the first one again when it has failed for want of room, and there may be some. */
function withMoreRoom(
  environment: Environment,
  cause: unknown,
  mayRetry: boolean,
  retry: (again: boolean) => readonly Outcome[],
): readonly Outcome[] {
  try {
    if (!(cause instanceof MissingRoom)) throw cause;
    if (environment.grow(cause.bytes)) return retry(mayRetry);
    // What readers that are dead have kept is free after that.
    if (mayRetry && environment.root.readerCheck() > 0) return retry(false);
    const hint = cause.isDeletion ? " (delete fewer records in one)" : "";
    throw environment.full(`the transaction${hint}`);
  } catch (error) {
    return [{ error: toDatabaseError(environment.path, error) }];
  }
}

function makeChanges(
  environment: Environment,
  { decide }: PendingTransaction,
  index: number,
  tally: Tally,
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
    for (const change of changes) makeChange(environment, change, tally);
    if (environment.room.isTight(tally)) environment.tryPages();
    const missing = environment.room.missing(tally);
    if (missing !== undefined) throw new MissingRoom(missing, tally);
    return undefined;
  } catch (cause) {
    throw new FailedTransaction(index, cause);
  }
}

function makeChange(environment: Environment, change: Change, tally: Tally): void {
  const { database, codec } = environment.collection(change.collection);
  const { key } = change;
  tally.changes += 1;
  if (change.type === "delete") {
    database.removeSync(key);
    return;
  }
  const sealed = codec.encode(key, change.value);
  database.putSync(key, sealed);
  tally.isDeletion = false;
  tally.bytes += Buffer.byteLength(key) + sealed.length;
}
