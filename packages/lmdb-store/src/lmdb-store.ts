import type { Durability } from "@x/atomic-fs";
import type { Store, SyncStore, Warning } from "@x/registry-core";

import type { DatabaseReport } from "./database-report.ts";

/** What a store is to have, how large and how durable it is, and what is done about a damaged file. */
export interface LmdbStoreOptions {
  /** The names of all collections that this store is to have. */
  readonly collections: readonly string[];
  /** Bytes that the file may have, from 1 MiB to 2 GiB. Default 512 MiB. */
  readonly maxSize?: number | undefined;
  /** How many may read at once, of all processes. What the first one to open says. Default 1024. */
  readonly maxReaders?: number | undefined;
  /**
   * What a power cut leaves of a transaction that was made: `full`, all of it (the default); `data`, the
   * last ones may be missing; `none`, the database may be damaged.
   */
  readonly durability?: Durability | undefined;
  /** How long to wait for others that open, write or close, in milliseconds. Default 10 000. */
  readonly timeoutMilliseconds?: number | undefined;
  /**
   * A damaged file is an error (`refuse`, the default), or is set aside as `<path>.broken-<digits>`, and
   * the store begins empty (`quarantine`).
   */
  readonly damaged?: "refuse" | "quarantine" | undefined;
  /** Hears what was set aside. Default: a line on stderr. */
  readonly onWarning?: ((warning: Warning) => void) | undefined;
}

/** A store in an LMDB file. */
export interface LmdbStore extends Store {
  readonly sync: SyncStore;
  /** The file itself, links followed, or `:memory:`. */
  readonly path: string;
  /**
   * Writes a copy of the database as it is at one moment to another file, and looks at every page and
   * checksum of it before it takes its name. Atomic, durable; others read and write meanwhile. The
   * database remembers where its backups are, and names the newest one should it be damaged.
   */
  backupTo(path: string): Promise<DatabaseReport>;
  /**
   * Looks at every page and at the checksum of every record. Others read and write meanwhile. Throws
   * `DamagedDatabaseError`.
   */
  verify(): Promise<DatabaseReport>;
}
