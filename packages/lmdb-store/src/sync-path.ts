import fs from "node:fs";

/** What was written to the file, or which names there are in the folder, survives a power cut. */
export function syncPath(path: string): void {
  const isFolder = fs.statSync(path).isDirectory();
  // Windows opens no folders.
  if (isFolder && process.platform === "win32") return;
  const descriptor = fs.openSync(path, isFolder ? "r" : "r+");
  try {
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}
