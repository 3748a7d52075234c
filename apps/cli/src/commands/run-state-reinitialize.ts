import { type Reinitialized, reinitializeFromSummaries } from "@x/planning/run-state";
import { printable } from "@x/registry-core/text";

import type { Command, Invocation } from "../command.ts";
import { runInItsName } from "../runs/run-state-change.ts";
import { RUN_PLACE_OPTIONS, type RunPlace, runPlace } from "../runs/run-state-folder.ts";
import { afterOtherCommands, MOMENTARY_EXECUTOR } from "../runs/run-state-patience.ts";
import { plural } from "../screen/plural.ts";

export const runStateReinitialize: Command = {
  synopsis: "",
  example: "cabinet run-state reinitialize --spec login",
  arguments: 0,
  options: {
    ...RUN_PLACE_OPTIONS,
    force: { type: "boolean", summary: "Build the agent history anew also where it is sound" },
  },
  run: async (invocation) => {
    const place = await runPlace(invocation);
    const made = await reinitialize(invocation, place);
    return {
      data: { ...place, ...made },
      text: () => printable(sentenceOf(made)),
      hint: [
        ...made.asides.map((path) => `What was there is kept as ${path}.`),
        ...(made.former_agent === null
          ? []
          : [`The agent ${made.former_agent} was at work before.`]),
      ],
    };
  },
};

/** Not by `changeRun`: a run that is damaged cannot be opened. */
async function reinitialize(invocation: Invocation, place: RunPlace): Promise<Reinitialized> {
  const { options, now } = invocation;
  const force = options["force"] === true;
  const joined = await runInItsName(invocation, place);
  if (joined !== undefined) return joined.reinitialize({ force });
  const { folder } = place;
  const executor = MOMENTARY_EXECUTOR;
  return afterOtherCommands(() => reinitializeFromSummaries(folder, { executor, force, now }));
}

function sentenceOf({ history, checkpoint, agents, summaries }: Reinitialized): string {
  const words = {
    intact: "The agent history is intact",
    recovered: "The agent history was recovered from a write that was cut short",
    rebuilt: `The agent history was built anew from ${summaries === 1 ? "1 summary" : `${summaries} summaries`}`,
  }[history];
  const entries = entriesOf({ history, agents, summaries });
  const rest = {
    none: "",
    intact: "",
    recovered: "; the checkpoint was recovered",
    "set-aside": "; the damaged checkpoint was set aside",
  }[checkpoint];
  return `${words}${entries}${rest}.`;
}

/** Of a history that was built anew only where it does not hold all of them. */
function entriesOf({
  history,
  agents: { length },
  summaries,
}: Pick<Reinitialized, "history" | "agents" | "summaries">): string {
  if (history !== "rebuilt") return `, with ${plural(length, "agent")}`;
  if (length === summaries) return "";
  return length === 0 ? ", and holds none of them" : `, and holds the last ${length} of them`;
}
