// Takes the lock of a file, says so, and keeps it until it is killed.
import { withFileLock } from "@x/atomic-fs";

const [file = ""] = process.argv.slice(2);

await withFileLock(file, async () => {
  process.stdout.write("held\n");
  await new Promise((_resolve) => setInterval(() => {}, 60_000));
});
