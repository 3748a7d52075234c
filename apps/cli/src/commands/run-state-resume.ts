import { detectResume } from "@x/planning/run-state";
import { printable } from "@x/registry-core/text";

import type { Command } from "../command.ts";
import { RUN_PLACE_OPTIONS, runToLookAt } from "../runs/run-state-folder.ts";
import {
  describeResume,
  NO_RUN,
  pendingLines,
  resumeHint,
  unsuccessfulLines,
} from "../runs/run-state-resume.ts";

export const runStateResume: Command = {
  synopsis: "",
  example: "cabinet run-state resume --json",
  arguments: 0,
  options: RUN_PLACE_OPTIONS,
  run: async (invocation) => {
    const { place, hasBegun } = await runToLookAt(invocation);
    const resume = await detectResume(place.folder);
    const lines = hasBegun
      ? [describeResume(resume), ...unsuccessfulLines(resume), ...pendingLines(resume)]
      : [NO_RUN.text];
    return {
      data: { ...place, resume },
      text: () => lines.map(printable).join("\n"),
      hint: hasBegun ? resumeHint(resume) : NO_RUN.hint,
    };
  },
};
