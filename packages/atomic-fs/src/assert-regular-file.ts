import { WriteError } from "./errors.ts";
import type { FileFacts } from "./file-facts.ts";

/** Throws `WriteError` for a folder, a device, a pipe or a socket: they are not ours to replace. */
export function assertRegularFile(path: string, stats: FileFacts): void {
  if (stats.isDirectory()) {
    throw new WriteError("ATOMIC_FS_IS_DIRECTORY", path, "it is a directory");
  }
  if (!stats.isFile()) {
    throw new WriteError("ATOMIC_FS_NOT_FILE", path, "it is a device, a pipe or a socket");
  }
}
