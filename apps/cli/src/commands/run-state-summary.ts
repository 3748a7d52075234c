import { printable } from "@x/registry-core/text";

import { textOption } from "../arguments.ts";
import type { Command } from "../command.ts";
import { changeRun } from "../runs/run-state-change.ts";
import { RUN_PLACE_OPTIONS, runPlace } from "../runs/run-state-folder.ts";

export const runStateSummary: Command = {
  synopsis: "<plan>",
  example: "cabinet run-state summary 02-1 --body 'The form is there, and tested.'",
  arguments: 1,
  options: {
    ...RUN_PLACE_OPTIONS,
    status: { type: "string", value: "<word>", summary: "How it ended; default completed" },
    body: { type: "string", value: "<text>", summary: "What there is to know of it" },
    replace: { type: "boolean", summary: "Take the place of the summary that is there" },
  },
  run: async (invocation) => {
    const { positionals, options } = invocation;
    const [plan = ""] = positionals;
    const request = {
      plan,
      status: textOption(options, "status"),
      body: textOption(options, "body"),
      replace: options["replace"] === true,
    };
    const place = await runPlace(invocation);
    const summary = await changeRun(invocation, place, (run) => run.writeSummary(request));
    return {
      data: { ...place, summary },
      text: () => printable(`Wrote the summary of plan ${plan}: ${summary.status}.`),
    };
  },
};
