// A host that never flushes: journals a tool of the agent and an entry, says so, and waits to be killed. Arguments:
// the database, and the agent.
import { WriteBuffer } from "@x/tracker";
import { Journal, journalFolderOf } from "@x/tracker/host";

const [path = "", agent = ""] = process.argv.slice(2);
const buffer = new WriteBuffer({ journal: new Journal(journalFolderOf(path)) });
const timestamp = "2026-03-01T00:00:00.000Z";
buffer.bufferScore(agent, { type: "tool" }, { at: new Date(timestamp) });
const entry = { timestamp, task: "the last one", actions: "", outcome: "", decisions: "" };
buffer.bufferActivity(agent, entry);
process.stdout.write("journaled\n");
setInterval(() => undefined, 1000);
