// Notes an event, and has it survive a power cut. Argument: the folder of the journals.
import { Journal } from "../../src/journal/journal.ts";
import { WriteBuffer } from "../../src/write-buffer.ts";

const [folder = ""] = process.argv.slice(2);
const journal = new Journal(folder);
const buffer = new WriteBuffer({ journal });
buffer.bufferScore("build", { type: "tool" });
await journal.sync();
process.stdout.write(String(journal.isWritten));
