import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";

export const MEMORY_PATH = ":memory:";

/** The database of all projects of this user: `~/.config/opencode/agent-tracker.lmdb`. It need not be there. */
export function defaultDatabasePath(): string {
  return join(homedir(), ".config", "opencode", "agent-tracker.lmdb");
}

/** The file that a configuration means: a leading `~/` and a relative path begin at the home folder. */
export function databasePathOf(path: string = defaultDatabasePath()): string {
  if (typeof path !== "string" || path.trim() === "" || path.includes("\0")) {
    throw new TypeError(`${JSON.stringify(path)} is no path of a database`);
  }
  if (path === MEMORY_PATH) return path;
  // Not everybody has a home folder.
  return isAbsolute(path) ? resolve(path) : resolve(homedir(), path.replace(/^~[/\\]/, ""));
}
