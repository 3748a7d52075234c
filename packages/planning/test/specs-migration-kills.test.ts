import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { endOf, runTypeScript } from "../../../test/run-typescript.ts";
import { isLongTier } from "../../../test/tier.ts";
import { migrateSpecs } from "../src/index.ts";
import type { MigrateOrder } from "./programs/specs-migrate.ts";
import { filesOf, LAYOUTS, RICHEST } from "./support/migration-layouts.ts";
import { projectWith } from "./support/spec-project.ts";
import { treeWithoutLeftovers } from "./support/tree.ts";

const MINUTES = 60_000;
const AT_ONCE = 3;
const PROGRAM = fileURLToPath(new URL("programs/specs-migrate.ts", import.meta.url));

async function run(order: MigrateOrder): Promise<number | "killed"> {
  const child = runTypeScript(PROGRAM, [JSON.stringify(order)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { signal, code, stdout, stderr } = await endOf(child);
  if (signal === "SIGKILL") return "killed";
  if (code !== 0) throw new Error(stderr);
  return Number(stdout);
}

/** Before every so many'th call. */
const STRIDE = isLongTier ? 1 : 6;

/** The kills after which one more run leads to another end than a run that is left alone. */
async function otherEnds(
  layout: string,
  how: MigrateOrder["how"],
  { stride = STRIDE, isFirstEnough = false } = {},
): Promise<string[]> {
  const whole = projectWith(filesOf(layout));
  const count = await run({ root: whole, how, killBefore: 0 });
  if (count === "killed") throw new Error("nobody has killed it");
  const wanted = JSON.stringify(treeWithoutLeftovers(whole));
  const found: string[] = [];
  const kills = Array.from({ length: count }, (_, index) => index + 1);
  const left = kills.filter((kill) => kill % stride === 0).values();
  const work = async (): Promise<void> => {
    for (const killBefore of left) {
      if (isFirstEnough && found.length > 0) return;
      const root = projectWith(filesOf(layout));
      const end = await run({ root, how, killBefore });
      if (end !== "killed") throw new Error(`it has survived call ${killBefore}`);
      if (how === "careful") migrateSpecs({ root });
      else await run({ root, how, killBefore: 0 }).catch(() => "it fails for good");
      const tree = JSON.stringify(treeWithoutLeftovers(root));
      if (tree !== wanted) found.push(`killed before call ${killBefore} of ${count}: ${tree}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return found;
}

test.each(isLongTier ? Object.keys(LAYOUTS) : [RICHEST])(
  "with %s, a migration that is killed anywhere and run again ends as if it had not been",
  async (layout) => {
    expect(await otherEnds(layout, "careful")).toEqual([]);
  },
  20 * MINUTES,
);

test("a migration that renames first and writes in place ends otherwise", async () => {
  expect(await otherEnds(RICHEST, "careless", { stride: 1, isFirstEnough: true })).not.toEqual([]);
});
