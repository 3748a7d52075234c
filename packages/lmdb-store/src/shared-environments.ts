import { withFileLock } from "@x/atomic-fs";

import type { Environment } from "./environment.ts";
import { openEnvironment, type OpeningOptions } from "./open-environment.ts";

/** An environment, for as many stores as have the path open in this thread. */
interface SharedEnvironment {
  readonly opening: Promise<Environment>;
  readonly options: OpeningOptions;
  users: number;
}

/** LMDB must not open a file twice in one process: its file locks are those of the whole process. */
const environments = new Map<string, SharedEnvironment>();

export interface Opening extends OpeningOptions {
  readonly collections: readonly string[];
  readonly timeoutMilliseconds: number | undefined;
}

/**
 * The environment of the canonical path, with these collections. To be given back by
 * `releaseEnvironment`. Throws a TypeError when the path is open with other options already.
 */
export async function acquireEnvironment(path: string, opening: Opening): Promise<Environment> {
  const shared = environments.get(path) ?? share(path, opening);
  assertSameOptions(path, shared.options, opening);
  shared.users += 1;
  try {
    const environment = await shared.opening;
    await locked(path, opening, () => environment.openCollections(opening.collections));
    return environment;
  } catch (error) {
    await releaseEnvironment(path, opening);
    throw error;
  }
}

/** Closes it when nobody else in this thread has it open. */
export async function releaseEnvironment(
  path: string,
  patience: Pick<Opening, "timeoutMilliseconds">,
): Promise<void> {
  const shared = environments.get(path);
  if (shared === undefined) return;
  shared.users -= 1;
  if (shared.users > 0) return;
  environments.delete(path);
  const environment = await shared.opening.catch(() => undefined);
  if (environment === undefined) return;
  await locked(path, patience, () => environment.close());
}

function share(path: string, opening: Opening): SharedEnvironment {
  const shared = {
    opening: locked(path, opening, () => openEnvironment(path, opening)),
    options: opening,
    users: 0,
  };
  environments.set(path, shared);
  return shared;
}

function locked<R>(
  path: string,
  { timeoutMilliseconds }: Pick<Opening, "timeoutMilliseconds">,
  section: () => R | Promise<R>,
): Promise<R> {
  return withFileLock(path, section, { timeoutMilliseconds });
}

function assertSameOptions(path: string, first: OpeningOptions, second: OpeningOptions): void {
  for (const name of ["maxSize", "maxReaders", "durability"] as const) {
    if (first[name] === second[name]) continue;
    const values = `${name} ${first[name]}, not ${second[name]}`;
    throw new TypeError(`${path} is open in this process already, with ${values}`);
  }
}
