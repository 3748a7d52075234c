import { readExecutor } from "@x/planning/run-state";

import { lookInto } from "../could-not-look.ts";
import { type Check, type Found, findingOf } from "../finding.ts";
import { type RunFolder, runFoldersOf } from "../run-folders.ts";

/** Runs whose executors were killed. */
export const runExecutors: Check = {
  id: "run-executors",
  look: async (place) => {
    const looks = runFoldersOf(place).map((run) =>
      lookInto("The executor of the run", run.folder, async () => ({ found: await judge(run) })),
    );
    return { found: (await Promise.all(looks)).flatMap((look) => look.found) };
  },
};

async function judge({ folder, option }: RunFolder): Promise<Found[]> {
  const executor = await readExecutor(folder);
  if (executor?.liveness !== "dead") return [];
  const { executor: name, pid } = executor;
  return [
    findingOf("run-executor-dead", {
      path: folder,
      message: `The executor ${JSON.stringify(name)} (process ${pid}) of this run is gone; the next one is let in at once, and goes on where it stood.`,
      command: `cabinet run-state resume ${option}`,
    }),
  ];
}
