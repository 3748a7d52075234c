import type { LockOptions, Outcome } from "@x/atomic-fs";
import type { Address, Change, Decision, Values } from "@x/registry-core";
import { runDecision } from "@x/registry-core/engine";

import type { Environment } from "./environment.ts";
import { toDatabaseError } from "./lmdb-error.ts";
import { rawIn } from "./records.ts";
import type { Tally } from "./room.ts";
import { type Hold, lockLine, resultOf, type Waiting } from "./under-lock.ts";

/** One `transact`. */
interface PendingTransaction extends Waiting {
  readonly environment: Environment;
  /** Runs `decide` on what is stored now. Throws what `decide` throws. */
  readonly decide: () => readonly Change[];
  /** To be told when it is committed. */
  readonly commit: () => void;
}

/**
 * A transaction of the port. Those of a process that wait for the lock together become one of LMDB's, and
 * one sync.
 */
export async function transact<const A extends readonly Address<unknown>[], R>(
  environment: Environment,
  patience: LockOptions,
  reads: A,
  decide: (values: Values<A>) => Decision<R>,
): Promise<R> {
  const transaction = new PortTransaction(environment, reads, decide);
  try {
    await lockLine.update(environment.path, transaction, patience);
  } catch (error) {
    transaction.throwUnlessMade(error);
  }
  return transaction.result();
}

/** The same within the current turn of the event loop. */
export function transactSync<const A extends readonly Address<unknown>[], R>(
  environment: Environment,
  patience: LockOptions,
  reads: A,
  decide: (values: Values<A>) => Decision<R>,
): R {
  const transaction = new PortTransaction(environment, reads, decide);
  try {
    lockLine.updateSync(environment.path, transaction, patience);
  } catch (error) {
    transaction.throwUnlessMade(error);
  }
  return transaction.result();
}

class PortTransaction<
  const A extends readonly Address<unknown>[],
  R,
> implements PendingTransaction {
  readonly environment: Environment;
  readonly #reads: A;
  readonly #decide: (values: Values<A>) => Decision<R>;
  #decided: { readonly result: R } | undefined;
  #isMade = false;

  constructor(environment: Environment, reads: A, decide: (values: Values<A>) => Decision<R>) {
    this.environment = environment;
    this.#reads = reads;
    this.#decide = decide;
  }

  run(all: readonly Waiting[], hold: Hold): readonly Outcome[] {
    const end = all.findIndex((one) => !(one instanceof PortTransaction));
    const transactions = end === -1 ? all : all.slice(0, end);
    return transactionOutcomes(transactions.filter(isTransaction), hold);
  }

  decide(): readonly Change[] {
    const { environment } = this;
    const rawOf = (address: Address<unknown>): unknown => rawIn(environment, address);
    const { changes, result } = runDecision(this.#reads, rawOf, this.#decide);
    // One that is not open must not be found when others are changed already.
    for (const { collection } of changes) environment.collection(collection);
    this.#decided = { result };
    return changes;
  }

  commit(): void {
    this.#isMade = true;
  }

  /** What came after the commit, such as a lock that is not there to be given back, changes nothing of it. */
  throwUnlessMade(error: unknown): void {
    if (!this.#isMade) throw error;
  }

  result(): R {
    return resultOf(this.#decided);
  }
}

function isTransaction(waiting: Waiting): waiting is PortTransaction<readonly [], unknown> {
  return waiting instanceof PortTransaction;
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
  /** That the file would have. */
  readonly bytes: number;
  /** Of what was put. */
  readonly putBytes: number;
  readonly isDeletion: boolean;

  constructor(bytes: number, { bytes: putBytes, isDeletion }: Tally) {
    super("a transaction needs more room");
    this.bytes = bytes;
    this.putBytes = putBytes;
    this.isDeletion = isDeletion;
  }
}

/** Of as many of the first as have their turn now. */
function transactionOutcomes(
  pending: readonly PendingTransaction[],
  hold: Hold,
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
        if (index > 0 && hold.isTimeUp()) break;
        outcomes.push(makeChanges(environment, transaction, index, tally));
      }
      hold.assertHeld();
    });
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome === undefined) pending[index]?.commit();
    }
    return outcomes;
  } catch (failure) {
    if (!(failure instanceof FailedTransaction)) {
      return pending.map(() => ({ error: toDatabaseError(environment.path, failure) }));
    }
    // LMDB has undone all of them. Those before it are made without it, and it has a turn of its own.
    if (failure.index > 0) return transactionOutcomes(pending.slice(0, failure.index), hold);
    return withMoreRoom(environment, failure.cause, mayRetry, (again) =>
      transactionOutcomes(pending, hold, again),
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
    // What cannot fit is refused before the disk is taken for it.
    const mayFit = cause.putBytes <= environment.options.maxSize;
    if (mayFit && environment.grow(cause.bytes)) return retry(mayRetry);
    if (mayRetry) {
      // What readers that are dead have kept is free after that, and what the last transaction has freed.
      const hasFreed = environment.root.readerCheck() > 0;
      if (environment.settle() || hasFreed) return retry(false);
    }
    const hint = cause.isDeletion ? " (delete fewer records in one)" : "";
    throw environment.full(`the transaction${hint}`);
  } catch (error) {
    return [{ error: toDatabaseError(environment.path, error) }];
  }
}

function makeChanges(
  environment: Environment,
  transaction: PendingTransaction,
  index: number,
  tally: Tally,
): Outcome {
  let changes: readonly Change[];
  try {
    changes = transaction.decide();
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
