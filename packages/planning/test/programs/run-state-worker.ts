// Works on a run as a harness does, where detectResume says, until nothing is left to do, and is killed right
// before its n-th call that would change the disk. It says what it does and what it has recorded.
import { writeSync } from "node:fs";

import {
  killBeforeCall,
  startCounting,
} from "../../../registry-core/test/support/kill-before-call.ts";

const [folder = "", last = "0", summaries = ""] = process.argv.slice(2);
const say = writeSync.bind(undefined, 1);
const TASKS = 2;

killBeforeCall(Number(last));
// Loaded only now: what is imported takes the calls as it finds them.
const { detectResume, openRunState } = await import("@x/planning/run-state");

startCounting();
const run = await openRunState(folder, { executor: "worker", timeoutMilliseconds: 0 });
while (await workOn());
await run.close();
say("over\n");

/** One step; false when there is nothing left. */
async function workOn(): Promise<boolean> {
  const resume = await detectResume(folder);
  switch (resume.kind) {
    case "agent":
      await run.recordAgent({ agent_id: resume.agent.agent_id, status: "interrupted" });
      return true;
    case "checkpoint": {
      const { plan, last_completed_task } = resume.checkpoint;
      await doTask(plan, last_completed_task + 1);
      return true;
    }
    case "between-plans":
      await doTask(resume.next, 1);
      return true;
    case "clarification":
      throw new Error("nobody has asked anything");
    case "nothing":
      if (resume.next === null) return false;
      await doTask(resume.next, 1);
      return true;
  }
}

async function doTask(plan: string, task: number): Promise<void> {
  await run.recordAgent({ agent_id: `${plan}/${task}`, plan, status: "spawned" });
  say(`did ${plan}/${task}\n`);
  await run.writeCheckpoint({ plan, last_completed_task: task, total_tasks: TASKS });
  say(`recorded ${plan}/${task}\n`);
  await run.recordAgent({ agent_id: `${plan}/${task}`, status: "completed" });
  if (task === TASKS && summaries === "with") await run.writeSummary({ plan });
}
