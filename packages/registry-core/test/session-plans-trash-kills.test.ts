import {
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { endOf, runTypeScript } from "../../../test/run-typescript.ts";
import { isLongTier } from "../../../test/tier.ts";
import { listTrash, registerPlan, restorePlans, trashPlans } from "../src/session-plans/index.ts";
import type { TrashOrder } from "./programs/trash-victim.ts";
import { projectWith } from "./support/plan-project.ts";

const MINUTES = 60_000;
const AT_ONCE = 3;
// In the short tier it is killed before every second call.
const STEP = isLongTier ? 1 : 2;
// Far more than it takes: what is not done by then never will be.
const PATIENCE_MILLISECONDS = 60_000;
const ID = "20261122T021500123Z";
const PROGRAM = fileURLToPath(new URL("programs/trash-victim.ts", import.meta.url));

const now = (): Date => new Date("2026-11-22T02:15:00.123Z");

async function run(order: TrashOrder): Promise<number | "killed"> {
  const options = { timeout: PATIENCE_MILLISECONDS, killSignal: "SIGTERM" } as const;
  const child = runTypeScript(PROGRAM, [JSON.stringify(order)], options);
  const { signal, code, stdout, stderr } = await endOf(child);
  if (signal === "SIGKILL") return "killed";
  if (code !== 0) throw new Error(`it ended with ${code ?? signal}: ${stderr}`);
  return Number(stdout);
}

async function projectWithPlans(): Promise<string> {
  const dir = projectWith("login", "search", "third");
  symlinkSync("plan-login.md", join(dir, ".ai/plan-linked.md"));
  for (const [index, plan] of ["login", "search", "third"].entries()) {
    const options = { now: () => new Date(index), durability: "none" } as const;
    await registerPlan(dir, `ses_66${index}${plan}`, plan, options);
  }
  return dir;
}

async function projectWithTrash(): Promise<string> {
  const dir = await projectWithPlans();
  await trashPlans(dir, { now });
  return dir;
}

/** What was cleaned, and since then a plan of the same name, and one of its sessions with another plan. */
async function projectThatWentOn(): Promise<string> {
  const dir = await projectWithTrash();
  writeFileSync(join(dir, ".ai/plan-login.md"), "newer");
  await registerPlan(dir, "ses_660login", "newer", { now: () => new Date(5) });
  await registerPlan(dir, "ses_660other", "newer", { now: () => new Date(6) });
  return dir;
}

/** What lies in `.ai`, without what a killed process leaves and without empty folders. */
function contentOf(dir: string): Record<string, string> {
  const names = readdirSync(join(dir, ".ai"), { recursive: true, encoding: "utf8" });
  const entries = names.toSorted().flatMap((name) => {
    const path = join(dir, ".ai", name);
    const stats = lstatSync(path);
    if (/\.lock(?:\.next)?$|\.tmp\./.test(name) || stats.isDirectory()) return [];
    const isLink = stats.isSymbolicLink();
    return [[name, isLink ? `-> ${readlinkSync(path)}` : readFileSync(path, "utf8")] as const];
  });
  return Object.fromEntries(entries.filter(([name]) => name !== ".trash/.gitignore"));
}

/** All that can be brought back is. */
async function restoreAll(dir: string): Promise<void> {
  for (const { id } of await listTrash(dir)) await restorePlans(dir, id);
}

/** The kills after which bringing back what there is leads to something else than without the kill. */
async function otherEnds(
  project: () => Promise<string>,
  { how, work }: Pick<TrashOrder, "how" | "work">,
  { isFirstEnough = false } = {},
): Promise<string[]> {
  const order = { how, work, id: ID };
  const whole = await project();
  const count = await run({ ...order, dir: whole, killBefore: 0 });
  if (count === "killed") throw new Error("nobody has killed it");
  expect(count).toBeGreaterThan(8);
  await restoreAll(whole);
  const wanted = JSON.stringify(contentOf(whole));
  const left = Array.from(
    { length: Math.ceil(count / STEP) },
    (_, index) => 1 + index * STEP,
  ).values();
  const found: string[] = [];
  const next = async (): Promise<void> => {
    for (const killBefore of left) {
      if (isFirstEnough && found.length > 0) return;
      const dir = await project();
      const end = await run({ ...order, dir, killBefore });
      if (end !== "killed") throw new Error(`it has survived call ${killBefore}`);
      await restoreAll(dir);
      const content = JSON.stringify(contentOf(dir));
      if (content !== wanted)
        found.push(`killed before call ${killBefore} of ${count}: ${content}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  return found;
}

test(
  "of a cleaning that is killed anywhere, everything is in its place or can be brought back",
  async () => {
    const untouched = contentOf(await projectWithPlans());
    const cleaned = await projectWithTrash();
    await restoreAll(cleaned);
    expect(contentOf(cleaned)).toEqual(untouched);
    expect(await otherEnds(projectWithPlans, { how: "careful", work: "trash" })).toEqual([]);
  },
  10 * MINUTES,
);

test.each([
  ["into an empty place", projectWithTrash],
  ["beside newer plans", projectThatWentOn],
])(
  "what is brought back %s comes to the same when it is killed anywhere and made again",
  async (_, project) => {
    expect(await otherEnds(project, { how: "careful", work: "restore" })).toEqual([]);
  },
  10 * MINUTES,
);

test.each(["trash", "restore"] as const)(
  "the same by reading, removing and writing (%s) loses something: the test can fail",
  async (work) => {
    const project = work === "trash" ? projectWithPlans : projectWithTrash;
    const options = { isFirstEnough: true };
    expect(await otherEnds(project, { how: "careless", work }, options)).not.toEqual([]);
  },
);
