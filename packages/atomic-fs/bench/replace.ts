// Replacing a file of 2 KB at each durability, against the bare system calls that it needs at
// least. The contenders take turns in one run, so that a change of the machine's speed meets all.
import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type Durability, writeFileAtomicSync } from "@x/atomic-fs";

const ROUNDS = 500;
const WARM_UP_ROUNDS = 50;
const data = Buffer.alloc(2048, "x");
const folder = fs.mkdtempSync(join(tmpdir(), "cabinet-bench-"));
const target = join(folder, "file");

let count = 0;
function bareCalls(durability: Durability): void {
  const temporary = `${target}.tmp.${process.pid}.1234567.${(count += 1).toString(36).padStart(8, "0")}`;
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

const durabilities: readonly Durability[] = ["none", "data", "full"];
const contenders = durabilities.flatMap((durability) => [
  { durability, name: "bare calls", run: () => bareCalls(durability), times: [] as number[] },
  {
    durability,
    name: "writeFileAtomicSync",
    run: () => writeFileAtomicSync(target, data, { durability }),
    times: [] as number[],
  },
]);

for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
  for (const { run, times } of contenders) {
    const start = performance.now();
    run();
    if (round >= 0) times.push(performance.now() - start);
  }
}
fs.rmSync(folder, { recursive: true });

const quantile = (times: readonly number[], share: number): number =>
  times.toSorted((one, other) => one - other)[Math.floor(times.length * share)] ?? Number.NaN;

const row = (...cells: readonly string[]): string => cells.map((cell) => cell.padEnd(22)).join("");
process.stderr.write(`${row("durability", "contender", "median µs", "p99 µs", "ratio")}\n`);
for (const [index, { durability, name, times }] of contenders.entries()) {
  const bare = contenders[index - (index % 2)]?.times ?? times;
  const ratio = quantile(times, 0.5) / quantile(bare, 0.5);
  const figures = [quantile(times, 0.5), quantile(times, 0.99)].map((t) => (t * 1000).toFixed(0));
  process.stderr.write(`${row(durability, name, ...figures, ratio.toFixed(2))}\n`);
}
