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

  /** Makes it behave like one whose file cannot be opened, or can be again. Its records stay. */
  setAvailable(isAvailable: boolean): void {
    this.#isAvailable = isAvailable;
  }

  /** Forgets all records. */
  clear(): void {
    this.#store = createMemoryStore();
  }

  /** From then on it is unavailable; its records are gone. */
  async close(): Promise<void> {
    this.#isClosed = true;
  }

  protected async store(): Promise<Store | undefined> {
    return this.isAvailable ? this.#store : undefined;
  }
}
