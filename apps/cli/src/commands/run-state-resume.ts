import { detectResume } from "@x/planning/run-state";

import type { Command } from "../command.ts";
import { printable } from "../printable.ts";
import { RUN_PLACE_OPTIONS, runPlace } from "../run-state-folder.ts";
import { describeResume, resumeHint } from "../run-state-resume.ts";

export const runStateResume: Command = {
  synopsis: "",
  example: "cabinet run-state resume --json",
  arguments: 0,
  options: RUN_PLACE_OPTIONS,
  run: async (invocation) => {
    const place = await runPlace(invocation);
    const resume = await detectResume(place.folder);
    return {
      data: { ...place, resume },
      text: () => printable(describeResume(resume)),
      hint: resumeHint(resume),
    };
  },
};
