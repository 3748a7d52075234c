// A host: buffers so many events with a journal, says so, and waits to be killed. Arguments: the database, and
// how many; then the names of the agents, in turn.
import { journalFolderOf } from "../../src/journal/journal-folder.ts";
import { Journal } from "../../src/journal/journal.ts";
import { WriteBuffer } from "../../src/write-buffer.ts";

const [path = "", count = "0", ...agents] = process.argv.slice(2);
const buffer = new WriteBuffer({ journal: new Journal(journalFolderOf(path)) });
for (let index = 0; index < Number(count); index += 1) {
  const agent = agents[index % agents.length] ?? "build";
  if (index % 2 === 0) buffer.bufferScore(agent, { type: "tool" });
  else {
    const timestamp = new Date().toISOString();
    const entry = { timestamp, task: `task ${index}`, actions: "", outcome: "", decisions: "" };
    buffer.bufferActivity(agent, entry);
  }
}
process.stdout.write("buffered\n");
setInterval(() => undefined, 1000);
