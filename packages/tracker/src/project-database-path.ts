import { join } from "node:path";

/** Where the original kept its records, in each project: it took `~` for the name of a folder. */
export function projectDatabasePath(sourceDir: string): string {
  return join(sourceDir, "~", ".config", "opencode", "agent-tracker.lmdb");
}
