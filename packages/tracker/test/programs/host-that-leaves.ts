// A host at its end: notes events, leaves its journal to a child, and is gone at once. Arguments: the database, the way in
// which it ends; behind them the program that flushes. Runs in a thread, too.
import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { isMainThread, parentPort } from "node:worker_threads";

import { SnapshotDatabase } from "../../src/host/snapshot-database.ts";
import { journalFolderOf } from "../../src/journal/journal-folder.ts";
import { Journal } from "../../src/journal/journal.ts";
import { WriteBuffer } from "../../src/write-buffer.ts";

const EVENTS = 50;

const [path = "", way = "", ...command] = process.argv.slice(2);
const database = new SnapshotDatabase({ path, ...(command.length > 0 && { command }) });
const buffer = new WriteBuffer({ journal: new Journal(journalFolderOf(path)) });
note();
if (way === "flushes") {
  void buffer.flush(database);
  // Then the child has begun.
  while (!existsSync(path)) await delay(1);
  note();
}
const closed = buffer.close();
// What it writes is written by now; what is left to be done is a sync.
if (way !== "does not wait") await closed;
database.leaveJournals(journalFolderOf(path));
if (way === "is killed") process.kill(process.pid, "SIGKILL");
// It is a port, no window.
// oxlint-disable-next-line unicorn/require-post-message-target-origin
parentPort?.postMessage("left");
if (isMainThread && way !== "returns") process.exit(0);

function note(): void {
  for (let count = 0; count < EVENTS; count += 1) buffer.bufferScore("build", { type: "tool" });
}
