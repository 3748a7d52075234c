import type { Warning } from "@x/registry-core";

/** Where the records of agents are, and how much room they may take. */
export interface DatabaseConfig {
  /**
   * Default `~/.config/opencode/agent-tracker.lmdb`. A leading `~/` is the home folder, and a relative path is
   * relative to it. `:memory:` leaves nothing on disk.
   */
  path?: string | undefined;
  /** Bytes, from 1 MiB to 2 GiB. Default 512 MiB. */
  maxSize?: number | undefined;
  /** For configurations of the original, which had it. Records are stored without compression either way. */
  compression?: boolean | undefined;
  /**
   * Hears, once each, why the database cannot be used, that its file is gone, and that the copy for hosts cannot be
   * written. Default: a line on stderr.
   */
  onWarning?: ((warning: Warning) => void) | undefined;
}

/** What a migration has done. */
export interface MigrationResult {
  entriesMigrated: number;
  /** They were there already. */
  entriesSkipped: number;
  /** Empty: everything of the source is in the target. */
  errors: string[];
}
