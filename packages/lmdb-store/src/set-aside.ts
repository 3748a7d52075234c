import { quarantineFileSync } from "@x/atomic-fs";

import { removeLockFile } from "./lock-file.ts";

/**
 * Sets a damaged database aside as `<path>.broken-<digits>`, and gives that path. To be called under
 * its lock.
 */
export function setDatabaseAside(path: string): string {
  const asidePath = quarantineFileSync(path);
  removeLockFile(path);
  return asidePath;
}
