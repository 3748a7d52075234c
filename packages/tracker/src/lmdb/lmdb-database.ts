import fs from "node:fs";
import { dirname } from "node:path";

import { quarantineFileSync, withFileLock } from "@x/atomic-fs";
import { type LmdbStore, maximumSizeOf, openLmdbStore } from "@x/lmdb-store";
import { type Store, writeWarning } from "@x/registry-core";

import { agentsSnapshotPath, writeAgentsSnapshot } from "../agents-snapshot.ts";
import { assertOptions } from "../assert-options.ts";
import type { DatabaseConfig } from "../database-config.ts";
import { databasePathOf, MEMORY_PATH } from "../database-path.ts";
import { errnoOf } from "../errno.ts";
import type { Failure } from "../failure.ts";
import { journalFolderOf } from "../journal/journal-folder.ts";
import { listStreamNames } from "../journal/list-streams.ts";
import { COLLECTION_NAMES } from "../records/collections.ts";
import { StoreDatabase } from "../store-database.ts";
import { openingFault } from "./old-database.ts";

/**
 * Records of agents in one LMDB file, for several processes. Atomic, exclusive, durable, and never larger than
 * `maxSize`: what does not fit is an error by the code `LMDB_STORE_FULL`, and nothing of it is written.
 *
 * The file is opened by the first call. One that cannot be opened is said once, to `onWarning`; from then on
 * `isAvailable` is false, until `open` is called. The constructor throws `DatabaseSizeError` of `@x/lmdb-store` (a RangeError,
 * `LMDB_STORE_SIZE_INVALID`) for a size outside 1 MiB to 2 GiB, and a TypeError for what is no path and no configuration.
 */
export class LMDBDatabase extends StoreDatabase {
  /** The file, or `:memory:`. */
  readonly path: string;
  readonly #config: DatabaseConfig;
  readonly #maxSize: number;
  #opening: Promise<LmdbStore | undefined> | undefined;
  #fault: unknown;
  #isClosed = false;
  #hasWarnedOfCopy = false;

  constructor(config: DatabaseConfig | string = {}) {
    super();
    this.#config = typeof config === "string" ? { path: config } : config;
    assertOptions(this.#config, "path and no configuration of a database");
    this.path = databasePathOf(this.#config.path);
    this.#maxSize = maximumSizeOf(this.#config.maxSize);
    this.#makeFolder();
  }

  get isAvailable(): boolean {
    return this.#fault === undefined && !this.#isClosed;
  }

  /** Why it could not be opened; undefined: it could, or was not tried yet. */
  get fault(): unknown {
    return this.#fault;
  }

  /** Where the journals of those are who do not open it; undefined in memory. */
  get journalFolder(): string | undefined {
    return this.path === MEMORY_PATH ? undefined : journalFolderOf(this.path);
  }

  /**
   * Opens it, again where that has failed before, and says whether it can be used. Never throws: `fault` says
   * why not.
   */
  async open(): Promise<boolean> {
    if (this.#fault !== undefined) {
      this.#fault = undefined;
      this.#opening = undefined;
      this.#makeFolder();
    }
    return (await this.store()) !== undefined;
  }

  /**
   * Writes a copy of the file as it is now, looked at before it gets its name. Atomic, durable; others go on
   * meanwhile. Throws `TrackerError` (`TRACKER_UNAVAILABLE`, why is its `cause`) where the database cannot be used, and
   * what the store throws, such as `LMDB_STORE_EXISTS`.
   */
  async backupTo(path: string): Promise<void> {
    const store = await this.required(this.#openedStore());
    await store.backupTo(path);
  }

  /**
   * Waits for what is under way, and gives the file back. Who made the database closes it; a process that
   * ends without it loses nothing that has resolved.
   */
  async close(): Promise<void> {
    this.#isClosed = true;
    await (await this.#opening)?.close();
  }

  protected store(): Promise<Store | undefined> {
    return this.#openedStore();
  }

  protected override reasonUnavailable(): unknown {
    return this.#fault;
  }

  protected override async agentsChanged(store: Store): Promise<Failure | undefined> {
    const folder = this.journalFolder;
    if (folder === undefined) return undefined;
    try {
      await writeAgentsSnapshot(agentsSnapshotPath(this.path), store, {
        isFull: this.isFull,
        streams: listStreamNames(folder),
        now: this.now(),
      });
      return undefined;
    } catch (error) {
      // What was asked for is in the database; hosts see it with the next flush.
      const message = `the copy of the agents for hosts could not be written: ${String(error)}`;
      if (!this.#hasWarnedOfCopy) this.#warn("TRACKER_SNAPSHOT_UNWRITABLE", message);
      this.#hasWarnedOfCopy = true;
      return { code: "TRACKER_SNAPSHOT_UNWRITABLE", message };
    }
  }

  #makeFolder(): void {
    if (this.path === MEMORY_PATH) return;
    try {
      fs.mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
    } catch (error) {
      this.#fail(error);
    }
  }

  async #openedStore(): Promise<LmdbStore | undefined> {
    if (!this.isAvailable) return undefined;
    this.#opening ??= this.#open();
    return this.#opening;
  }

  async #open(): Promise<LmdbStore | undefined> {
    try {
      await this.#keepOrphanedCopy();
      return await openLmdbStore(this.path, {
        collections: COLLECTION_NAMES,
        maxSize: this.#maxSize,
        onWarning: this.#config.onWarning,
      });
    } catch (error) {
      this.#fail(await openingFault(this.path, error));
      return undefined;
    }
  }

  /** The database is gone, and the copy of its agents is not: it may be the last one. */
  async #keepOrphanedCopy(): Promise<void> {
    const { path } = this;
    if (path === MEMORY_PATH || fs.existsSync(path)) return;
    const copy = agentsSnapshotPath(path);
    const isThere = (): boolean => fs.statSync(copy, { throwIfNoEntry: false })?.isFile() === true;
    if (!isThere()) return;
    // Who makes a database has this lock, and writes its copy afterwards.
    const aside = await withFileLock(path, () =>
      isThere() && !fs.existsSync(path) ? quarantineFileSync(copy) : undefined,
    );
    if (aside === undefined) return;
    const message = `${path} is gone; what its agents were is kept as ${aside}`;
    this.#warn("TRACKER_DATABASE_GONE", message);
  }

  #fail(error: unknown): void {
    this.#fault = error;
    const code = errnoOf(error) ?? "TRACKER_UNAVAILABLE";
    const reason = error instanceof Error ? error.message : String(error);
    this.#warn(code, `nothing can be tracked, because the database cannot be opened: ${reason}`);
  }

  #warn(code: string, message: string): void {
    const { onWarning = writeWarning } = this.#config;
    try {
      onWarning({ code, message, path: this.path });
    } catch {
      // What was done is done: nobody's listener may make an error of it.
    }
  }
}
