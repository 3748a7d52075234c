import { open } from "node:fs/promises";

/** The names in them survive a power cut. */
export async function syncFolders(...paths: readonly string[]): Promise<void> {
  // On Windows a folder cannot be opened; there is no other way to ask for it.
  if (process.platform === "win32") return;
  for (const path of paths) {
    const folder = await open(path);
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }
}
