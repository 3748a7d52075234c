import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { losesARace } from "../../../test/loses-a-race.ts";
import { endOf, runTypeScript } from "../../../test/run-typescript.ts";
import { startTogether } from "../../../test/start-together.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { LMDBDatabase } from "../src/lmdb/lmdb-database.ts";
import { agent } from "./support/sample-records.ts";

const program = fileURLToPath(new URL("programs/change-points.ts", import.meta.url));
const PROCESSES = 4;

/** Four processes at once; gives the agents that they have changed. */
async function changeAtOnce(way: string, changes: number, batch: number) {
  const path = join(temporaryFolder(), "agents.lmdb");
  const database = new LMDBDatabase(path);
  await database.putAgent("build", agent("build", { experience_points: 8_000 }));
  await database.putAgent("plan", agent("plan", { skill_points: 3 }));
  const args = [path, way, String(changes), String(batch)];
  const children = Array.from({ length: PROCESSES }, () =>
    runTypeScript(program, args, { stdio: "pipe" }),
  );
  const ends = children.map(endOf);
  await startTogether(children);
  for (const end of ends) expect(await end).toMatchObject({ code: 0, stderr: "" });
  const build = await database.getAgent("build");
  const plan = await database.getAgent("plan");
  await database.close();
  return { build, plan };
}

test.each([
  ["events", 1000, 50],
  ["records", 1000, 50],
])(
  "four processes that each add a thousand points, as %s, come to exactly their sum",
  async (way, changes, batch) => {
    const { build, plan } = await changeAtOnce(way, changes, batch);
    // A level at 10 000, and 2 000 more from there.
    expect(build).toMatchObject({ skill_points: 2, experience_points: 2_000 });
    expect(plan).toMatchObject({ skill_points: -1, total_bugs: 4, active: false });
  },
);

test("four processes that put whole records lose points of each other", async () => {
  const race = async (): Promise<boolean> => {
    const { build } = await changeAtOnce("whole records", 50, 50);
    const points = build?.experience_points ?? 0;
    expect(points).toBeGreaterThan(8_000);
    return points < 8_200;
  };
  expect(await losesARace(race)).toBe(true);
});
