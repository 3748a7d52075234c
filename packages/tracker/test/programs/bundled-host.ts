import { Journal, journalFolderOf, SnapshotDatabase } from "../../src/host/index.ts";
// A host as somebody bundles it: counts a tool, flushes by the command that is named, or by none, and says what came of it.
import { WriteBuffer } from "../../src/index.ts";

const [path = "", ...command] = process.argv.slice(2);

const buffer = new WriteBuffer({ journal: new Journal(journalFolderOf(path)) });
const database = new SnapshotDatabase({
  path,
  command: command.length === 0 ? undefined : command,
  onWarning: ({ code }) => void process.stdout.write(`${code}\n`),
});

async function host(): Promise<void> {
  buffer.bufferScore("build", { type: "tool" });
  const { errors } = await buffer.flush(database);
  await buffer.close();
  if (command.length === 0) database.leaveJournals(journalFolderOf(path));
  process.stdout.write(`${JSON.stringify(errors)}\n`);
}

void host();
