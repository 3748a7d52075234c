export type { DatabaseConfig, MigrationResult } from "../database-config.ts";
export { databasePathOf, defaultDatabasePath } from "../database-path.ts";
export { projectDatabasePath } from "../project-database-path.ts";
export { LMDBDatabase } from "./lmdb-database.ts";
export {
  migrateFromDatabase,
  type MigrationOptions,
  type MigrationProgress,
} from "./migrate-from-database.ts";
export { migrateFromProjectDatabase } from "./migrate-from-project-database.ts";
export { inspectTrackerDatabase } from "./old-database.ts";
export {
  replaceOldDatabase,
  type ReplaceOldDatabaseOptions,
  type ReplacedDatabase,
  tryOldDatabase,
} from "./replace-old-database.ts";
