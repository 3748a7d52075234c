import { createMemoryStore, type Store } from "@x/registry-core";

import { StoreDatabase } from "./store-database.ts";

/** A database in memory, for tests and for trying things out: like the real one, but nothing is kept. */
export class MemoryDatabase extends StoreDatabase {
  #store: Store = createMemoryStore();
  #isAvailable = true;
  #isClosed = false;

  get isAvailable(): boolean {
    return this.#isAvailable && !this.#isClosed;
  }

  /** Whether it can be used, as one whose file cannot be opened. */
  setAvailable(isAvailable: boolean): void {
    this.#isAvailable = isAvailable;
  }

  /** Forgets everything. */
  clear(): void {
    this.#store = createMemoryStore();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  protected async store(): Promise<Store | undefined> {
    return this.isAvailable ? this.#store : undefined;
  }
}
