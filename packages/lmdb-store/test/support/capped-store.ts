import assert from "node:assert/strict";
import fs from "node:fs";

import type { Change, JsonValue } from "@x/registry-core";

import { type LmdbStore, openLmdbStore } from "../../src/index.ts";
import { notes } from "./sample-records.ts";

/** A store with a cap, whose file is looked at after every transaction, and what it should hold. */
export class CappedStore {
  readonly path: string;
  readonly maxSize: number;
  readonly model = new Map<string, JsonValue>();
  #store: LmdbStore | undefined;

  constructor(path: string, maxSize: number) {
    this.path = path;
    this.maxSize = maxSize;
  }

  async open(maxSize = this.maxSize): Promise<LmdbStore> {
    this.#store ??= await openLmdbStore(this.path, {
      collections: ["notes"],
      maxSize,
      // Many transactions, and no power cut.
      durability: "none",
    });
    return this.#store;
  }

  async close(): Promise<void> {
    await this.#store?.close();
    this.#store = undefined;
  }

  /** Whether they were made: all of them, or none because it is full. */
  async make(...changes: readonly Change[]): Promise<boolean> {
    const store = await this.open();
    const outcome = await store
      .transact([], () => ({ changes, result: undefined }))
      .catch((error: unknown) => error);
    const { size } = fs.statSync(this.path);
    assert.ok(size <= this.maxSize, `${size} bytes are more than ${this.maxSize}`);
    if (outcome !== undefined) {
      // Whatever else it is comes out as it is.
      if (!(outcome instanceof Error) || !("code" in outcome)) throw outcome;
      if (outcome.code !== "LMDB_STORE_FULL") throw outcome;
      return false;
    }
    for (const change of changes) {
      if (change.type === "put") this.model.set(change.key, change.value);
      else this.model.delete(change.key);
    }
    return true;
  }

  /** How many puts of that size fit, so many in each transaction. */
  async fill(size: number, batch: number): Promise<number> {
    for (let count = 0; ; count += 1) {
      const puts = Array.from({ length: batch }, (_, index) =>
        notes.put(`${size} ${count} ${index}`, "x".repeat(size)),
      );
      if (!(await this.make(...puts))) return count;
    }
  }

  async assertSame(): Promise<void> {
    const store = await this.open();
    const entries = await store.entries(notes, { limit: Infinity });
    assert.deepEqual(new Map(entries), this.model);
  }
}
