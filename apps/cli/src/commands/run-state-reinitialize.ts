import { type Reinitialized, reinitializeFromSummaries } from "@x/planning/run-state";

import type { Command } from "../command.ts";
import { plural } from "../plural.ts";
import { printable } from "../printable.ts";
import { MOMENTARY_EXECUTOR, runInItsName } from "../run-state-change.ts";
import { RUN_PLACE_OPTIONS, runPlace } from "../run-state-folder.ts";

export const runStateReinitialize: Command = {
  synopsis: "",
  example: "cabinet run-state reinitialize --spec login",
  arguments: 0,
  options: {
    ...RUN_PLACE_OPTIONS,
    force: { type: "boolean", summary: "Build the agent history anew also where it is sound" },
  },
  run: async (invocation) => {
    const { options, now } = invocation;
    const place = await runPlace(invocation);
    // Only to be told where the executor that this is left from is over.
    await runInItsName(invocation, place);
    const force = options["force"] === true;
    const executor = MOMENTARY_EXECUTOR;
    const made = await reinitializeFromSummaries(place.folder, { executor, force, now });
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

function sentenceOf({ history, checkpoint, agents }: Reinitialized): string {
  const words = {
    intact: "The agent history is intact",
    recovered: "The agent history was recovered from a write that was cut short",
    rebuilt: `The agent history was built anew from ${agents.length === 1 ? "1 summary" : `${agents.length} summaries`}`,
  }[history];
  const entries = history === "rebuilt" ? "" : `, with ${plural(agents.length, "agent")}`;
  const rest = {
    none: "",
    intact: "",
    recovered: "; the checkpoint was recovered",
    "set-aside": "; the damaged checkpoint was set aside",
  }[checkpoint];
  return `${words}${entries}${rest}.`;
}
