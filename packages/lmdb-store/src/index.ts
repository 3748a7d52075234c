export { checkDatabase, type CheckOptions } from "./check-database.ts";
export type { CollectionReport, DatabaseReport, RecordFault } from "./database-report.ts";
export { type DatabaseHeader, readDatabaseHeader } from "./pages/database-header.ts";
export {
  DamagedDatabaseError,
  DatabaseError,
  type DatabaseErrorCode,
  DatabaseSizeError,
  type ForeignContents,
  ForeignDatabaseError,
} from "./errors.ts";
export type { FlatDatabase, FlatDatabaseOptions, FlatEntry } from "./flat/flat-database.ts";
export { inspectDatabase, type InspectOptions } from "./inspect-database.ts";
export type { LmdbStore, LmdbStoreOptions } from "./lmdb-store.ts";
export { wasNoted } from "./known-state.ts";
export { maximumSizeOf } from "./maximum-size.ts";
export { usableBytes } from "./usable-bytes.ts";
export { networkFault } from "./network-file-system.ts";
export { openFlatDatabase } from "./flat/open-flat-database.ts";
export { openLmdbStore } from "./open-lmdb-store.ts";
export {
  replaceForeignDatabase,
  type ReplacedForeign,
  type Replacement,
} from "./replace-foreign-database.ts";
export { assertNotOpen } from "./lock-file.ts";
