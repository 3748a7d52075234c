import { once } from "node:events";
// How long after kill -9 of its holder the next process has the lock: from the moment at which the
// holder has ended, in a process that has been waiting.
import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { lock } from "proper-lockfile";

import { withFileLock } from "@x/atomic-fs";

import { runTypeScript } from "../../../test/run-typescript.ts";
import { firstOutput } from "../../../test/start-together.ts";
import { printTable, quantile } from "./support/figures.ts";

const program = fileURLToPath(new URL("support/hold-lock.ts", import.meta.url));

const CONTENDERS = [
  {
    name: "withFileLock",
    rounds: 30,
    take: (file: string) => withFileLock(file, () => {}, { timeoutMilliseconds: 60_000 }),
  },
  {
    name: "proper-lockfile",
    rounds: 3,
    take: async (file: string) => {
      const retries = { forever: true, minTimeout: 2, maxTimeout: 10, randomize: true };
      await (
        await lock(file, { retries })
      )();
    },
  },
] as const;

const rows = [];
for (const { name, rounds, take } of CONTENDERS) {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const folder = fs.mkdtempSync(join(tmpdir(), "cabinet-bench-"));
    const file = join(folder, "file");
    fs.writeFileSync(file, "");
    const holder = runTypeScript(program, [name, file]);
    await firstOutput(holder);
    const taken = take(file);
    const ended = once(holder, "exit");
    setTimeout(() => holder.kill("SIGKILL"), 50 + Math.random() * 50);
    await ended;
    const start = performance.now();
    await taken;
    times.push(performance.now() - start);
    fs.rmSync(folder, { recursive: true });
  }
  rows.push([name, quantile(times, 0.5).toFixed(1), Math.max(...times).toFixed(1)]);
}
printTable("After kill -9 of the holder, until a waiting process has the lock", [
  ["", "median ms", "longest ms"],
  ...rows,
]);
