// Replacing a file of 2 KB at each durability, against the bare system calls that it needs at least
// (a temporary file of a name of its own, and a rename) and against the rivals. The contenders take
// turns in one run, so that a change of the machine's speed meets all.
import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { writeFile, writeFileSync } from "atomically";
import { Writer } from "steno";
import writeFileAtomicRival from "write-file-atomic";

import { type Durability, writeFileAtomic, writeFileAtomicSync } from "@x/atomic-fs";

import { printTable, quantile } from "./support/figures.ts";
import { nameOf } from "./support/rivals.ts";

const ROUNDS = 1_000;
const WARM_UP_ROUNDS = 200;
const data = Buffer.alloc(2048, "x");
const folder = fs.mkdtempSync(join(tmpdir(), "cabinet-bench-"));
const target = join(folder, "file");
fs.writeFileSync(target, data);

let temporaries = 0;

function bareCalls(durability: Durability): void {
  temporaries += 1;
  const temporary = `${target}.tmp.${process.pid}.${temporaries.toString(36).padStart(16, "0")}`;
  const descriptor = fs.openSync(temporary, "wx");
  fs.writeSync(descriptor, data);
  if (durability !== "none") fs.fsyncSync(descriptor);
  fs.closeSync(descriptor);
  fs.renameSync(temporary, target);
  if (durability !== "full") return;
  const directory = fs.openSync(folder, "r");
  fs.fsyncSync(directory);
  fs.closeSync(directory);
}

interface Contender {
  readonly durability: Durability;
  readonly name: string;
  readonly run: () => void | Promise<unknown>;
  readonly times: number[];
}

const ours = (["none", "data", "full"] as const).flatMap((durability) => [
  { durability, name: "bare calls", run: () => bareCalls(durability) },
  {
    durability,
    name: "writeFileAtomicSync",
    run: () => writeFileAtomicSync(target, data, { durability }),
  },
  {
    durability,
    name: "writeFileAtomic",
    run: () => writeFileAtomic(target, data, { durability }),
  },
]);
// None of them syncs the folder.
const rivals = (["none", "data"] as const).flatMap((durability) => {
  const fsync = durability !== "none";
  return [
    {
      durability,
      name: `${nameOf("write-file-atomic")}, sync`,
      run: () => writeFileAtomicRival.sync(target, data, { fsync }),
    },
    {
      durability,
      name: nameOf("write-file-atomic"),
      run: () => writeFileAtomicRival(target, data, { fsync }),
    },
    {
      durability,
      name: `${nameOf("atomically")}, sync`,
      run: () => writeFileSync(target, data, { fsync }),
    },
    {
      durability,
      name: nameOf("atomically"),
      run: () => writeFile(target, data, { fsync, fsyncWait: true }),
    },
  ];
});
const writer = new Writer(target);
const steno = {
  durability: "none" as const,
  name: nameOf("steno"),
  run: () => writer.write(data.toString()),
};

const contenders: readonly Contender[] = [...ours, ...rivals, steno]
  .toSorted((one, other) => one.durability.localeCompare(other.durability))
  .map((contender) => ({ ...contender, times: [] }));

for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
  for (const { run, times } of contenders) {
    const start = performance.now();
    await run();
    if (round >= 0) times.push(performance.now() - start);
  }
}
fs.rmSync(folder, { recursive: true });

for (const level of ["none", "data", "full"] as const) {
  const entrants = contenders.filter(({ durability }) => durability === level);
  const bare = quantile(entrants[0]?.times ?? [], 0.5);
  const rows = entrants.map(({ name, times }) => [
    name,
    (quantile(times, 0.5) * 1000).toFixed(0),
    (quantile(times, 0.99) * 1000).toFixed(0),
    (quantile(times, 0.5) / bare).toFixed(2),
  ]);
  printTable(`Replacing 2 KB, durability ${level}`, [
    ["", "median µs", "p99 µs", "ratio"],
    ...rows,
  ]);
}
