import { spawnSync } from "node:child_process";

import { onTestFinished } from "vitest";

import { temporaryFolder } from "./temporary-folder.ts";

/**
 * A file system in memory with that limit (`size=4m`, `nr_inodes=24`), in that folder or one of its own, gone when the
 * test has ended; undefined where this user may not mount one.
 */
export function smallDisk(limit: string, folder = temporaryFolder()): string | undefined {
  if (process.platform !== "linux") return undefined;
  const options = ["-t", "tmpfs", "-o", limit, "none", folder];
  if (spawnSync("mount", options, { stdio: "ignore" }).status !== 0) return undefined;
  // Somebody whom nobody waits for may have a file open in there.
  onTestFinished(() => void spawnSync("umount", ["--lazy", folder]));
  return folder;
}
