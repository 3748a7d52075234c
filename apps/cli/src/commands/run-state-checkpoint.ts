import { printable } from "@x/registry-core/text";

import { listOption, textOption, usageError } from "../arguments.ts";
import type { Command } from "../command.ts";
import { countOption } from "../options/run-state-count-option.ts";
import { changeRun } from "../runs/run-state-change.ts";
import { RUN_PLACE_OPTIONS, runPlace } from "../runs/run-state-folder.ts";

export const runStateCheckpoint: Command = {
  synopsis: "--plan <id> --task <n> --of <n>",
  example: "cabinet run-state checkpoint --plan 02-1 --task 2 --of 5 --commit 4f2a91c",
  arguments: 0,
  options: {
    ...RUN_PLACE_OPTIONS,
    plan: { type: "string", value: "<id>", summary: "The plan that is worked on" },
    task: { type: "string", value: "<n>", summary: "The last task that is completed; 0 for none" },
    of: { type: "string", value: "<n>", summary: "How many tasks the plan has" },
    commit: {
      type: "string",
      value: "<sha>",
      multiple: true,
      summary: "Is added to the commits of the plan; may be repeated",
    },
  },
  run: async (invocation) => {
    const { options } = invocation;
    const plan = textOption(options, "plan");
    if (plan === undefined) throw usageError("Of which plan? --plan <id> is missing.");
    const request = {
      plan,
      last_completed_task: countOption(options, "task"),
      total_tasks: countOption(options, "of"),
      added_commits: listOption(options, "commit"),
    };
    const place = await runPlace(invocation);
    const checkpoint = await changeRun(invocation, place, (run) => run.writeCheckpoint(request));
    const { last_completed_task: last, total_tasks: total } = checkpoint;
    return {
      data: { ...place, checkpoint },
      text: () => printable(`Noted: ${last} of ${total} tasks of plan ${plan} are completed.`),
    };
  },
};
