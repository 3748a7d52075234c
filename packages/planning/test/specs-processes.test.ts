import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { losesARace } from "../../../test/loses-a-race.ts";
import { endOf, runTypeScript } from "../../../test/run-typescript.ts";
import { startTogether } from "../../../test/start-together.ts";
import { isLongTier } from "../../../test/tier.ts";
import { getActiveSpec, readStatus } from "../src/index.ts";
import { yamlField } from "../src/yaml-map.ts";
import type { Looks, SpecWork } from "./programs/specs-work.ts";
import { projectOf, projectWith } from "./support/spec-project.ts";

const PROGRAM = fileURLToPath(new URL("programs/specs-work.ts", import.meta.url));

/** What the readers have seen, once all workers are done. */
async function runTogether(
  root: string,
  workers: readonly SpecWork[],
  readers: readonly SpecWork[],
): Promise<Looks[]> {
  const start = (work: SpecWork) =>
    runTypeScript(PROGRAM, [JSON.stringify(work)], { stdio: "pipe" });
  const [working, reading] = [workers.map(start), readers.map(start)];
  const [workEnds, readEnds] = [working.map(endOf), reading.map(endOf)];
  await startTogether([...working, ...reading]);
  const ends = await Promise.all(workEnds);
  writeFileSync(join(root, "stop"), "");
  const looks = await Promise.all(readEnds);
  expect([...ends, ...looks].map(({ stderr }) => stderr).join("")).toBe("");
  expect([...ends, ...looks].every(({ code }) => code === 0)).toBe(true);
  return looks.map(({ stdout }): Looks => JSON.parse(stdout.replace("ready\n", "")));
}

function counters(root: string, spec: string, names: readonly string[]): number[] {
  const text = readFileSync(join(root, ".planning", spec, "status.yaml"), "utf8");
  return names.map((name) => Number(yamlField(text, `count_${name}`) ?? 0));
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

test("of processes that change a status without a lock, some changes are lost", async () => {
  const race = async (): Promise<boolean> => {
    const root = projectOf("auth");
    const names = ["a", "b"];
    const how = { task: "count", root, spec: "auth", rounds: 200, discipline: "bare" } as const;
    const workers = names.map((name) =>
      runTypeScript(PROGRAM, [JSON.stringify({ ...how, name })], { stdio: "pipe" }),
    );
    const ends = workers.map(endOf);
    await startTogether(workers);
    const isDamaged = (await Promise.all(ends)).some(({ code }) => code !== 0);
    return isDamaged || sum(counters(root, "auth", names)) < names.length * how.rounds;
  };
  expect(await losesARace(race)).toBe(true);
});

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

const ALL_RACES = [
  { processes: 2, rounds: isLongTier ? 200 : 100, specs: ["auth"] },
  { processes: 2, rounds: 200, specs: ["auth", "flow"] },
  { processes: 4, rounds: 200, specs: ["auth", "flow"] },
] as const;
const RACES = isLongTier ? ALL_RACES : ALL_RACES.slice(0, 1);

test.each(RACES)(
  "of $processes processes that activate and update $specs $rounds times, none loses a change, and a reader sees whole files",
  async ({ processes, rounds, specs }) => {
    const root = projectOf(...specs);
    const workers = upTo(processes).map((index): SpecWork & { readonly task: "count" } => ({
      task: "count",
      root,
      name: `w${index}`,
      rounds,
      discipline: "exclusive",
      spec: specs[index % specs.length] ?? specs[0],
    }));
    const [looks] = await runTogether(root, workers, [{ task: "read", root, specs }]);
    expect(looks?.faults).toEqual([]);
    expect(looks?.count).toBeGreaterThan(10);
    for (const spec of specs) {
      const names = workers.filter((worker) => worker.spec === spec).map(({ name }) => name);
      expect(counters(root, spec, names)).toEqual(names.map(() => rounds));
      const last = names.map((name) => `feat/${name}-${rounds}`);
      expect(last).toContain(readStatus(spec, root)?.last_known_branch);
    }
    expect(specs).toContain(getActiveSpec(root));
  },
);

test("of processes that hide files from git at once, each line is there once", async () => {
  const roots = upTo(40).map(() => projectWith({ ".planning/.gitignore": "mine" }));
  const work: SpecWork = { task: "hide", roots };
  await runTogether(roots[0] ?? "", [work, work, work], []);
  for (const root of roots) {
    const lines = readFileSync(join(root, ".planning/.gitignore"), "utf8").trimEnd().split("\n");
    expect(lines[0]).toBe("mine");
    expect(lines).toContain("/.active*");
    expect(new Set(lines).size).toBe(lines.length);
  }
});
