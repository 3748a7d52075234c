import fs from "node:fs";
import { setImmediate } from "node:timers/promises";

import { DatabaseError } from "./errors.ts";
import { type DatabaseFile, openDatabaseFile } from "./pages/database-file.ts";
import { readMetas } from "./pages/database-header.ts";
import { META_PAGES } from "./pages/page-layout.ts";
import { PRIVATE_MODE } from "./private-mode.ts";

const CHUNK_BYTES = 2 ** 20;

/**
 * Writes the pages of the newest transaction to a new file, and syncs it. A reader must hold that
 * transaction, and nobody may write until this gives its promise: then the header is read.
 */
export async function copyDatabase(path: string, copyPath: string): Promise<void> {
  const file = openDatabaseFile(path);
  if (file === undefined) throw new DatabaseError("LMDB_STORE_REPLACED", path, "it is not there");
  try {
    const [{ pageSize, lastPage }] = readMetas(file);
    const header = Buffer.alloc(META_PAGES * pageSize);
    file.read(header, 0);
    await writeCopy(file, header, (lastPage + 1) * pageSize, copyPath);
  } finally {
    fs.closeSync(file.descriptor);
  }
}

async function writeCopy(
  file: DatabaseFile,
  header: Buffer,
  bytes: number,
  copyPath: string,
): Promise<void> {
  const descriptor = fs.openSync(copyPath, "wx", PRIVATE_MODE);
  try {
    writeAll(descriptor, header);
    const chunk = Buffer.alloc(CHUNK_BYTES);
    for (let at = header.length; at < bytes; at += chunk.length) {
      const part = chunk.subarray(0, Math.min(chunk.length, bytes - at));
      // Behind the end of the file there are only pages that are not used.
      part.fill(0, file.read(part, at));
      writeAll(descriptor, part);
      await setImmediate();
    }
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

function writeAll(descriptor: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length;) {
    done += fs.writeSync(descriptor, bytes, done, bytes.length - done);
  }
}
