import { lock } from "proper-lockfile";

// Takes the lock of a file, with the library that is asked for, says so, and keeps it until it is killed.
import { withFileLock } from "@x/atomic-fs";

const [library, file = ""] = process.argv.slice(2);

async function hold(): Promise<void> {
  process.stdout.write("held\n");
  await new Promise((_resolve) => setInterval(() => {}, 60_000));
}

if (library === "withFileLock") await withFileLock(file, hold);
else {
  await lock(file);
  await hold();
}
