// Tries for a moment to take the lock of a file, and prints what became of it.
import { LockedError, withFileLock } from "@x/atomic-fs";

const [file = ""] = process.argv.slice(2);

try {
  await withFileLock(file, () => {}, { timeoutMilliseconds: 200 });
  process.stdout.write("taken\n");
} catch (error) {
  if (!(error instanceof LockedError)) throw error;
  process.stdout.write(`held by ${error.holder?.state}\n`);
}
