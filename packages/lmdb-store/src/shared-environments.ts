import { existsSync } from "node:fs";

import { type LockOptions, withFileLock } from "@x/atomic-fs";

import type { Environment } from "./environment.ts";
import { isInKnownState } from "./known-state.ts";
import { toDatabaseError } from "./lmdb-error.ts";
import { loadNative } from "./native.ts";
import { openEnvironment, type OpeningOptions } from "./open-environment.ts";
import { underLock } from "./under-lock.ts";

/** An environment, for as many stores as have the path open in this thread. */
interface SharedEnvironment {
  readonly opening: Promise<Environment>;
  readonly options: OpeningOptions;
  users: number;
}

/** LMDB must not open a file twice in one process: its file locks are those of the whole process. */
const environments = new Map<string, SharedEnvironment>();

/** Those that are being closed. */
const closings = new Map<string, Promise<void>>();

export interface Opening extends OpeningOptions {
  readonly timeoutMilliseconds: number | undefined;
}

/**
 * The environment of the canonical path, with these collections. To be given back by
 * `releaseEnvironment`. Throws a TypeError when the path is open with other options already.
 */
export async function acquireEnvironment(path: string, opening: Opening): Promise<Environment> {
  // LMDB is to be done with it before it opens it again.
  while (closings.has(path)) {
    await closings.get(path)?.catch(() => {
      // Whoever closes it hears of it.
    });
  }
  const shared = environments.get(path) ?? share(path, opening);
  assertSameOptions(path, shared.options, opening);
  shared.users += 1;
  try {
    const environment = await shared.opening;
    const { collections } = opening;
    if (!environment.hasCollections(collections)) {
      await underLock(path, patienceOf(opening), () => environment.openCollections(collections));
    }
    return environment;
  } catch (error) {
    await releaseEnvironment(path, opening).catch(() => {
      // What went wrong first is what the caller must see.
    });
    throw toDatabaseError(path, error, "LMDB_STORE_OPEN_FAILED");
  }
}

/**
 * Closes it when nobody else in this thread has it open. Throws `LockedError` when others have the lock
 * all the time; then it stays open until it is opened and closed again: to close it beside somebody who
 * opens it would take LMDB's own locks from them.
 */
export async function releaseEnvironment(
  path: string,
  patience: Pick<Opening, "timeoutMilliseconds">,
): Promise<void> {
  const shared = environments.get(path);
  if (shared === undefined) return;
  shared.users -= 1;
  if (shared.users > 0) return;
  const closing = closeShared(path, shared, patience);
  closings.set(path, closing);
  await closing.finally(() => closings.delete(path));
}

async function closeShared(
  path: string,
  { opening }: SharedEnvironment,
  patience: Pick<Opening, "timeoutMilliseconds">,
): Promise<void> {
  const environment = await opening.catch(() => undefined);
  if (environment !== undefined) {
    await underLock(path, patienceOf(patience), () => environment.close());
  }
  environments.delete(path);
}

function share(path: string, opening: Opening): SharedEnvironment {
  const shared = {
    opening: openLocked(path, opening),
    options: opening,
    users: 0,
  };
  environments.set(path, shared);
  return shared;
}

async function openLocked(path: string, opening: Opening): Promise<Environment> {
  // Loading takes longer than opening: others need not wait for it. A file that may be damaged is looked
  // at first.
  if (!existsSync(path) || isInKnownState(path)) await loadNative(path);
  return withFileLock(path, () => openEnvironment(path, opening), patienceOf(opening));
}

function patienceOf({ timeoutMilliseconds }: Pick<Opening, "timeoutMilliseconds">): LockOptions {
  return { timeoutMilliseconds };
}

function assertSameOptions(path: string, first: OpeningOptions, second: OpeningOptions): void {
  for (const name of ["maxSize", "maxReaders", "durability"] as const) {
    if (first[name] === second[name]) continue;
    const values = `${name} ${first[name]}, not ${second[name]}`;
    throw new TypeError(`${path} is open in this process already, with ${values}`);
  }
}
