// Does what it is asked for, and prints how much memory this process has then, in bytes.
import { setTimeout as delay } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const [what, dir = "", sessionID = ""] = process.argv.slice(2);

if (what !== "nothing") {
  const { lookupPlan, registerPlan } = await import("@x/registry-core/session-plans");
  if (what !== "imports") {
    // Older than a tick of the clock, so that it is remembered.
    await delay(60);
    if ((await lookupPlan(dir, sessionID)) === null) throw new Error("there is no such plan");
    if (what !== "one lookup") {
      await registerPlan(dir, "ses_0000000000000", "number-1");
      await delay(60);
      await lookupPlan(dir, sessionID);
    }
  }
}
await delay(100);
const resident = process.memoryUsage.rss();
setFlagsFromString("--expose-gc");
runInNewContext("gc")();
const { heapUsed, external } = process.memoryUsage();
const peak = process.resourceUsage().maxRSS * 1024;
process.stdout.write(JSON.stringify({ used: heapUsed + external, resident, peak }));
