export type { MigrationResult } from "../database-config.ts";
export { databasePathOf } from "../database-path.ts";
export { journalFolderOf } from "../journal/journal-folder.ts";
export { Journal, type JournalOptions } from "../journal/journal.ts";
export { listJournals, type SeenJournal } from "../journal/list-journals.ts";
export type { NumberedEvent } from "../events/tracker-event.ts";
export { SnapshotDatabase, type SnapshotDatabaseOptions } from "./snapshot-database.ts";
export type { FlushChildOptions } from "./flush-child-options.ts";
