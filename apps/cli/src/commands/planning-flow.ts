import { FLOWS, readFlow } from "@x/planning";

import type { Command } from "../command.ts";
import { CliError } from "../errors/cli-error.ts";

export const planningFlow: Command = {
  synopsis: "[<name>]",
  example: "cabinet planning flow enable-spec",
  arguments: 0,
  optionalArguments: 1,
  completes: [FLOWS],
  run: async ({ positionals: [word] }) => {
    if (word === undefined) {
      return {
        data: { flows: FLOWS },
        text: () => FLOWS.join("\n"),
        hint: "`cabinet planning flow <name>` prints one.",
      };
    }
    const flow = FLOWS.find((name) => name === word);
    if (flow === undefined) {
      const message = `There is no flow ${JSON.stringify(word)}.`;
      throw new CliError("CABINET_FLOW_NOT_FOUND", message, `There are: ${FLOWS.join(", ")}.`);
    }
    const text = readFlow(flow);
    return { data: { flow, text }, text: () => text.trimEnd() };
  },
};
