import type { ClarificationRequest } from "@x/planning/run-state";

import { textOption, usageError } from "../arguments.ts";
import type { Command, Invocation } from "../command.ts";
import { changeRun } from "../runs/run-state-change.ts";
import { RUN_PLACE_OPTIONS, runPlace } from "../runs/run-state-folder.ts";

export const runStateClarify: Command = {
  synopsis: "[<question>]",
  example: "cabinet run-state clarify 'Which database?' --plan 02-1",
  arguments: 0,
  optionalArguments: 1,
  options: {
    ...RUN_PLACE_OPTIONS,
    answer: { type: "string", value: "<text>", summary: "What the user has answered" },
    id: { type: "string", value: "<id>", summary: "The question that is answered, such as C-1" },
    plan: { type: "string", value: "<id>", summary: "The plan in which it came up" },
  },
  run: async (invocation) => {
    const request = clarificationRequest(invocation);
    const place = await runPlace(invocation);
    const clarification = await changeRun(invocation, place, (run) =>
      run.recordClarification(request),
    );
    const { id, answer } = clarification;
    return {
      data: { ...place, clarification },
      text: () => (answer === null ? `Asked ${id}.` : `Answered ${id}.`),
      ...(answer === null && {
        hint: `Record the answer with \`cabinet run-state clarify --id ${id} --answer <text>\`.`,
      }),
    };
  },
};

function clarificationRequest({ positionals, options }: Invocation): ClarificationRequest {
  const [question] = positionals;
  const id = textOption(options, "id");
  const answer = textOption(options, "answer");
  const plan = textOption(options, "plan");
  if (id === undefined) {
    if (question === undefined) throw usageError("Give a question, or --id and --answer.");
    return { question, answer, plan };
  }
  if (answer === undefined) throw usageError(`What is the answer? --answer is missing.`);
  if (question !== undefined || plan !== undefined) {
    throw usageError("With --id comes an answer, and nothing else.");
  }
  return { id, answer };
}
