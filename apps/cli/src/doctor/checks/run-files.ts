import { join } from "node:path";

import { detectResume } from "@x/planning/run-state";

import { codeOf, reasonOf } from "../../errors/error-code.ts";
import { plural } from "../../screen/plural.ts";
import { couldNotLook } from "../could-not-look.ts";
import { type Check, type Found, findingOf } from "../finding.ts";
import { oddFile } from "../odd-file.ts";
import { type RunFolder, runFoldersOf } from "../run-folders.ts";

const FILES = [
  "STATE.md",
  "agent-history.json",
  "checkpoint.json",
  "ISSUES.md",
  "clarifications.md",
  "current-agent-id.txt",
];

/** Whether the files of runs can be read. */
export const runFiles: Check = {
  id: "run-files",
  look: async (place) => {
    const runs = runFoldersOf(place);
    const found = await Promise.all(runs.map(judge));
    const odd = runs.flatMap(({ folder }) =>
      FILES.flatMap((name) => oddFile("a file of this run", join(folder, name))),
    );
    return { found: [...odd, ...found.flat()], seen: plural(runs.length, "run") };
  },
};

async function judge({ folder, option }: RunFolder): Promise<Found[]> {
  try {
    await detectResume(folder);
    return [];
  } catch (error) {
    if (codeOf(error) !== "PLANNING_RUN_DAMAGED") return [couldNotLook("The run", folder, error)];
    return [
      findingOf("run-damaged", {
        path: folder,
        message: `A file of this run is damaged: ${reasonOf(error)}. Where the run goes on cannot be told.`,
        command: `cabinet run-state ${option}`,
        advice: `Beyond repair, it is built anew from its summaries: cabinet run-state reinitialize ${option}`,
      }),
    ];
  }
}
