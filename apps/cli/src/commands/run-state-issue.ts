import { printable } from "@x/registry-core/text";

import { textOption } from "../arguments.ts";
import type { Command } from "../command.ts";
import { changeRun } from "../runs/run-state-change.ts";
import { RUN_PLACE_OPTIONS, runPlace } from "../runs/run-state-folder.ts";

export const runStateIssue: Command = {
  synopsis: "<title>",
  example: "cabinet run-state issue 'The login is slow' --body 'It takes 3 s.' --plan 02-1",
  arguments: 1,
  options: {
    ...RUN_PLACE_OPTIONS,
    body: { type: "string", value: "<text>", summary: "What there is to know of it" },
    plan: { type: "string", value: "<id>", summary: "The plan in which it came up" },
  },
  run: async (invocation) => {
    const { positionals, options } = invocation;
    const [title = ""] = positionals;
    const issue = { title, body: textOption(options, "body"), plan: textOption(options, "plan") };
    const place = await runPlace(invocation);
    const id = await changeRun(invocation, place, (run) => run.appendIssue(issue));
    return { data: { ...place, id }, text: () => printable(`Noted ${id}: ${title}`) };
  },
};
