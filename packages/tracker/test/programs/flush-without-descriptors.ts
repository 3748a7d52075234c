// A host that has no file descriptors left when it flushes; says what became of it. Argument: the database.
import fs from "node:fs";

import { SnapshotDatabase } from "../../src/host/snapshot-database.ts";
import { journalFolderOf } from "../../src/journal/journal-folder.ts";
import { Journal } from "../../src/journal/journal.ts";
import { WriteBuffer } from "../../src/write-buffer.ts";

const [path = ""] = process.argv.slice(2);
const buffer = new WriteBuffer({ journal: new Journal(journalFolderOf(path)) });
buffer.bufferScore("build", { type: "tool" });
const taken: number[] = [];
try {
  for (;;) taken.push(fs.openSync(path.slice(0, path.lastIndexOf("/")), "r"));
} catch {
  // Now there is none left.
}
const { errors } = await buffer.flush(new SnapshotDatabase({ path }));
for (const descriptor of taken) fs.closeSync(descriptor);
process.stdout.write(errors.join("\n"));
