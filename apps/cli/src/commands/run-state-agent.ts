import { AGENT_STATUSES, type AgentStatus } from "@x/planning/run-state";
import { printable } from "@x/registry-core/text";

import { textOption } from "../arguments.ts";
import type { Command } from "../command.ts";
import { noStatus } from "../errors/no-status.ts";
import { changeRun } from "../runs/run-state-change.ts";
import { RUN_PLACE_OPTIONS, runPlace } from "../runs/run-state-folder.ts";

export const runStateAgent: Command = {
  synopsis: "<agent-id> <status>",
  example: "cabinet run-state agent a1 spawned --plan 02-1 --task 'Add the form'",
  arguments: 2,
  completes: [[], AGENT_STATUSES],
  options: {
    ...RUN_PLACE_OPTIONS,
    type: { type: "string", value: "<type>", summary: "What kind of agent it is" },
    task: { type: "string", value: "<text>", summary: "What it is to do" },
    plan: { type: "string", value: "<id>", summary: "The plan that it works on" },
  },
  run: async (invocation) => {
    const { positionals, options } = invocation;
    const [agent_id = "", word = ""] = positionals;
    const status = agentStatus(word);
    const event = {
      agent_id,
      status,
      agent_type: textOption(options, "type"),
      task_description: textOption(options, "task"),
      plan: textOption(options, "plan"),
    };
    const place = await runPlace(invocation);
    const agent = await changeRun(invocation, place, (run) => run.recordAgent(event));
    return {
      data: { ...place, agent },
      text: () => printable(`Recorded agent ${agent_id} as ${status}.`),
    };
  },
};

function agentStatus(word: string): AgentStatus {
  const status = AGENT_STATUSES.find((known) => known === word);
  if (status !== undefined) return status;
  throw noStatus(word, "an agent", AGENT_STATUSES);
}
