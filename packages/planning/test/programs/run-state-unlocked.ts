// The known-bad double of an executor: it looks whether somebody has the run, and if not, writes down that it has
// it. It takes no lock.
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { readExecutor } from "@x/planning/run-state";

import { untilAllAreReady } from "../../../../test/start-together.ts";

const [folder = "", executor = ""] = process.argv.slice(2);

const other = await readExecutor(folder);
await untilAllAreReady();
const claim = { executor, token: executor, pid: process.pid };
if (other === null) writeFileSync(join(folder, "executor.json"), JSON.stringify(claim));
process.stdout.write(other === null ? "has it" : "is refused");
