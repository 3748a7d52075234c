export { journalFolderOf } from "../journal/journal-folder.ts";
export { Journal, type JournalOptions } from "../journal/journal.ts";
export type { FlushChildOptions } from "./flush-in-child.ts";
export { SnapshotDatabase } from "./snapshot-database.ts";
