// Registers a plan of its own for so many sessions, one after the other: exclusively, or (the
// known-bad double) by reading and writing the whole registry.
import { readRegistry, registerPlan, writeRegistry } from "@x/registry-core/session-plans";

import { untilAllAreReady } from "../../../../test/start-together.ts";

const [dir = "", name = "", times = "0", discipline = "exclusive"] = process.argv.slice(2);

async function readAndWrite(sessionID: string, plan: string): Promise<void> {
  const registry = await readRegistry(dir);
  const stored = { plan, createdAt: new Date().toISOString(), status: "created" } as const;
  const sessions = { ...registry["ses_66d"]?.sessions, [sessionID]: stored };
  await writeRegistry(dir, { ...registry, ses_66d: { ...stored, sessionID, sessions } });
}

await untilAllAreReady();
for (let time = 0; time < Number(times); time += 1) {
  // One hour of real ids: all of them share the seven characters of the file's key.
  const sessionID = `ses_66d${name}${String(time).padStart(4, "0")}`;
  const plan = `${name}-${time}`;
  if (discipline === "exclusive") await registerPlan(dir, sessionID, plan);
  else await readAndWrite(sessionID, plan);
}
