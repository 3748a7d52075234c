import fs from "node:fs";

import { untilAllAreReady } from "../../../../test/start-together.ts";

const [root = "", phase = "", reason = "", when = ""] = process.argv.slice(2);

const { renameSync } = fs;
if (when === "killed before the roadmap") {
  // Before the package is loaded, which keeps the calls that it finds.
  fs.renameSync = (from, to) => {
    if (String(to).endsWith("ROADMAP.md")) process.kill(process.pid, "SIGKILL");
    renameSync(from, to);
  };
}

const { setPhaseStatus } = await import("../../src/phases/index.ts");
await untilAllAreReady();
const transition = setPhaseStatus(root, phase, "done", { force: true, reason });
process.stdout.write(`${JSON.stringify(transition)}\n`);
