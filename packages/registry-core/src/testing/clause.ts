import assert from "node:assert/strict";

import type { Change } from "../store/collection.ts";
import type { Store, SyncStore } from "../store/store.ts";
import type { Crew } from "./crew.ts";

/** The calls that are tried: those of the store, or those of its synchronous face. */
export type Calls = Pick<Store, "get" | "entries" | "transact">;

/** A store in a place of its own, for one clause. */
export interface Trial {
  readonly calls: Calls;
  readonly store: Store;
  /** Opens the same place again, after `store` was closed. */
  readonly reopen: () => Promise<Store>;
  /** Processes that use the same place. */
  readonly crew: Crew;
  readonly seed: number;
  /** How often the usual number of rounds is made. */
  readonly load: number;
}

/** One promise of the port. */
export interface Clause {
  readonly title: string;
  readonly run: (trial: Trial) => Promise<void>;
}

/** The synchronous face as `Calls`. What it throws is thrown, not rejected. */
export function callsOf(sync: SyncStore): Calls {
  return {
    get: (address) => Promise.resolve(sync.get(address)),
    entries: (collection, range) => Promise.resolve(sync.entries(collection, range)),
    transact: (reads, decide) => Promise.resolve(sync.transact(reads, decide)),
  };
}

export async function write(calls: Calls, ...changes: readonly Change[]): Promise<void> {
  await calls.transact([], () => ({ changes, result: undefined }));
}

/** Asserts that the call rejects or throws an error with these fields. */
export async function assertFails(
  call: () => unknown,
  fields: { readonly name?: string; readonly code?: string },
): Promise<void> {
  await assert.rejects(async () => {
    await call();
  }, fields);
}

export const TYPE_ERROR = { name: "TypeError" };
