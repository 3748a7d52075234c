export type { DatabaseConfig, MigrationResult } from "../database-config.ts";
export { databasePathOf, defaultDatabasePath } from "../database-path.ts";
export { projectDatabasePath } from "../project-database-path.ts";
export { LMDBDatabase } from "./lmdb-database.ts";
export {
  migrateFromProjectDatabase,
  type MigrationOptions,
  type MigrationProgress,
} from "./migrate-from-project-database.ts";
