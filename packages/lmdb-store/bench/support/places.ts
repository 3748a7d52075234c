import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const REPOSITORY = fileURLToPath(new URL("../../../../", import.meta.url));

/** Runs the work with a fresh folder in memory (else that of temporary files), and removes it. */
export function withMemoryFolder<R>(work: (folder: string) => Promise<R>): Promise<R> {
  return withFolder(fs.existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), work);
}

/** The same on a disk: that of the repository. */
export function withDiskFolder<R>(work: (folder: string) => Promise<R>): Promise<R> {
  // Where temporary files are may be memory. What is in node_modules nobody looks at.
  const isSameDisk = fs.statSync(tmpdir()).dev === fs.statSync(REPOSITORY).dev;
  return withFolder(isSameDisk ? tmpdir() : join(REPOSITORY, "node_modules"), work);
}

async function withFolder<R>(parent: string, work: (folder: string) => Promise<R>): Promise<R> {
  const folder = fs.mkdtempSync(join(parent, "cabinet-bench-"));
  try {
    return await work(folder);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
