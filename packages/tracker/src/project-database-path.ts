import { join } from "node:path";

/**
 * Where the original kept its records, in the folder of each project: it took `~` for the name of a folder.
 * The file need not be there.
 */
export function projectDatabasePath(sourceDir: string): string {
  return join(sourceDir, "~", ".config", "opencode", "agent-tracker.lmdb");
}
