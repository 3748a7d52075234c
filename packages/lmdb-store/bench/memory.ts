// What reading the last 20 activities of an agent takes of a process, above one that has opened the
// database only; each in a process of its own. Arguments: how many records; else 1 000 000.
import assert from "node:assert/strict";

import { build } from "../../../scripts/workspace.mjs";
import { printTable, quantile } from "../../atomic-fs/bench/support/figures.ts";
import { type Usage, useDatabase } from "./support/database-process.ts";
import { fileOf, fillDatabases } from "./support/filled-databases.ts";
import { sameOptionsKind } from "./support/lmdb-engine.ts";
import { withMemoryFolder } from "./support/places.ts";
import { runOnNewerNode } from "./support/run-on-newer-node.ts";
import { inWords, sizesOr } from "./support/sizes.ts";
import { sqliteKinds } from "./support/sqlite-engine.ts";
import { storeKind } from "./support/store-engine.ts";
import { printTargets } from "./support/targets.ts";

const STORE = storeKind("store");
const ROUNDS = 7;
const MEBIBYTE = 2 ** 20;
const READ = { nothing: 0, "one agent": 20, "all agents": 1000 } as const;

type What = keyof typeof READ;

/** Megabytes, medians. */
type Memory = Readonly<Record<"used" | "resident", number>>;

async function measure(folder: string, size: number): Promise<void> {
  const sqlite = (await sqliteKinds()).filter(({ name }) => name === "node:sqlite");
  const kinds = [sameOptionsKind, STORE, ...sqlite];
  const files = await fillDatabases(folder, kinds, size);
  const contenders = kinds.map((kind) => ({
    engine: kind === sameOptionsKind ? "lmdb" : kind.name,
    file: fileOf(files, kind.name),
    usages: new Map<What, Usage[]>(),
  }));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { engine, file, usages } of contenders) {
      for (const what of WHATS) {
        const usage = await useDatabase([engine, file, what], ["--expose-gc"]);
        assert.equal(usage.read, READ[what], `${engine} has not read the records`);
        usages.set(what, [...(usages.get(what) ?? []), usage]);
      }
    }
  }
  print(size, new Map(contenders.map(({ engine, usages }) => [engine, usages])));
}

const WHATS: readonly What[] = ["nothing", "one agent", "all agents"];

function print(size: number, found: ReadonlyMap<string, ReadonlyMap<What, Usage[]>>): void {
  const rows = [...found].map(([engine, usages]) => {
    const opened = memoryOf(usages.get("nothing"));
    const one = memoryOf(usages.get("one agent"));
    const all = memoryOf(usages.get("all agents"));
    const figures = [
      opened.resident,
      one.resident - opened.resident,
      one.used - opened.used,
      all.resident - opened.resident,
      all.used - opened.used,
    ];
    return [engine, ...figures.map((figure) => figure.toFixed(1))];
  });
  const title = `The last 20 of ${inWords(size)} activities: MB, and above a process that has opened the database`;
  const head = [
    "",
    "opened, resident",
    "one agent, resident",
    "in use",
    "50 agents, resident",
    "in use",
  ];
  printTable(title, [head, ...rows]);
  const usages = found.get(STORE.name);
  const above =
    memoryOf(usages?.get("one agent")).resident - memoryOf(usages?.get("nothing")).resident;
  printTargets([
    { what: `11, last 20 of ${inWords(size)}`, figure: above, limit: 20, unit: " MB" },
  ]);
}

function memoryOf(usages: readonly Usage[] = []): Memory {
  const median = (field: keyof Memory): number =>
    quantile(
      usages.map((usage) => usage[field]),
      0.5,
    ) / MEBIBYTE;
  return { used: median("used"), resident: median("resident") };
}

async function main(): Promise<void> {
  build();
  for (const size of sizesOr([1_000_000])) {
    await withMemoryFolder((folder) => measure(folder, size));
  }
}

if (!(await runOnNewerNode(import.meta.url))) await main();
