// Registers a plan of its own for so many sessions, one after the other.
import { registerPlan } from "@x/registry-core/session-plans";

import { untilAllAreReady } from "../../../../test/start-together.ts";

const [dir = "", name = "", times = "0"] = process.argv.slice(2);

await untilAllAreReady();
for (let time = 0; time < Number(times); time += 1) {
  // One hour of real ids: all of them share the seven characters of the file's key.
  await registerPlan(dir, `ses_66d${name}${String(time).padStart(4, "0")}`, `${name}-${time}`);
}
