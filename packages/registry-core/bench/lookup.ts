// Whose plan is it, among 10 000 sessions: while the registry stays the same, and right after it has
// changed. Beside it what the answer costs without a registry that remembers, and the bare calls.
import fs from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { listPlans, lookupPlan, registerPlan } from "@x/registry-core/session-plans";

import { printTable, quantile } from "../../atomic-fs/bench/support/figures.ts";
import { createLargeProject, sessionIDOf, SESSIONS } from "./support/large-registry.ts";

const dir = createLargeProject();
const file = join(dir, ".ai/.session-plans.json");
const someID = (): string => sessionIDOf(Math.floor(Math.random() * SESSIONS));

interface Work {
  readonly name: string;
  readonly times: number;
  readonly run: (sessionID: string) => unknown;
  /** Before each, and not timed. */
  readonly prepare?: () => Promise<void>;
}

/** Another one is in its place, written some time ago. */
async function replaceRegistry(): Promise<void> {
  fs.writeFileSync(`${file}.new`, fs.readFileSync(file));
  fs.renameSync(`${file}.new`, file);
  await delay(60);
}

const WORKS: readonly Work[] = [
  { name: "lookupPlan, unchanged", times: 5_000, run: (id) => lookupPlan(dir, id) },
  {
    name: "stat of the registry and of the plan (floor)",
    times: 5_000,
    run: (id) => {
      fs.statSync(file, { bigint: true });
      fs.lstatSync(join(dir, `.ai/plan-number-${Number(id.slice(16).replaceAll("A", ""))}.md`));
    },
  },
  {
    name: "readFile and JSON.parse at each lookup, as the original",
    times: 30,
    run: (id) => {
      const registry: Record<string, { plan: string }> = JSON.parse(fs.readFileSync(file, "utf8"));
      return registry[id.slice(0, 7)]?.plan;
    },
  },
  {
    name: "lookupPlan, after a change",
    times: 30,
    prepare: replaceRegistry,
    run: (id) => lookupPlan(dir, id),
  },
  { name: "listPlans, unchanged", times: 30, run: () => listPlans(dir) },
  { name: "registerPlan", times: 30, run: (id) => registerPlan(dir, id, "number-1") },
];

const figures = new Map<string, number[]>();
await delay(60);
// In turns, so that a change of the machine's speed meets all.
for (let round = 0; round < 5; round += 1) {
  for (const { name, times, run, prepare } of WORKS) {
    const own = figures.get(name) ?? [];
    figures.set(name, own);
    for (let time = 0; time < times / 5; time += 1) {
      await prepare?.();
      const id = someID();
      const start = performance.now();
      await run(id);
      own.push((performance.now() - start) * 1000);
    }
    await lookupPlan(dir, someID());
  }
}
const rows = [...figures].map(([name, own]) => [
  name,
  quantile(own, 0.5).toFixed(1),
  quantile(own, 0.99).toFixed(1),
]);
printTable(`Of ${SESSIONS} sessions, microseconds`, [["", "median", "p99"], ...rows]);
fs.rmSync(dir, { recursive: true });
