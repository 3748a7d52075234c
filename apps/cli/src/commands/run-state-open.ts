import { detectResume } from "@x/planning/run-state";
import { printable } from "@x/registry-core/text";

import type { Command } from "../command.ts";
import { changeRun } from "../runs/run-state-change.ts";
import { RUN_PLACE_OPTIONS, runPlace } from "../runs/run-state-folder.ts";
import { resumeHint } from "../runs/run-state-resume.ts";

export const runStateOpen: Command = {
  synopsis: "",
  example: "cabinet run-state open --spec login",
  arguments: 0,
  options: RUN_PLACE_OPTIONS,
  run: async (invocation) => {
    const place = await runPlace(invocation);
    const resume = await changeRun(invocation, place, () => detectResume(place.folder));
    return {
      data: { ...place, resume },
      text: () => printable(`The run in ${place.folder} is ready.`),
      hint: resumeHint(resume),
    };
  },
};
