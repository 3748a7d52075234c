// The program of a host that must not open the database itself: applies the journals, or migrates, says on stdout
// what became of it, and ends. Runs under Node and under Bun.
import { flushAssignmentSchema } from "../flush/flush-assignment.ts";
import { carryOut } from "./carry-out.ts";
import { makeNoFolders } from "./make-no-folders.ts";

const assignment = flushAssignmentSchema.parse(JSON.parse(process.argv.at(-1) ?? ""));

if (assignment.isLeft === true) makeNoFolders();
// Nobody is left behind when the host is gone that would have ended it.
setTimeout(() => process.exit(1), assignment.timeoutMilliseconds).unref();
// A host that is gone does not read the answer.
process.stdout.on("error", () => undefined);

// No `await` of the module: a bundler that makes CommonJS of it knows none. What is thrown ends the process with 1.
void carryOut(assignment).then((answer) => process.stdout.write(JSON.stringify(answer)));
