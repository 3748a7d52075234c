// Several processes update one JSON file. The contenders take turns, round after round, so that a
// change of the machine's speed meets all.
import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { endOf, runTypeScript } from "../../../../test/run-typescript.ts";
import { startTogether } from "../../../../test/start-together.ts";
import { printTable, quantile } from "./figures.ts";
import { LOCKED_RIVAL } from "./updaters.ts";

const program = fileURLToPath(new URL("contender.ts", import.meta.url));
export const MEMORY = fs.existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

export interface Contest {
  readonly title: string;
  readonly folder: string;
  readonly processes: number;
  readonly queued: number;
  readonly durability: "none" | "full";
  readonly milliseconds: number;
  readonly rounds: number;
  /** Names of the module's `UPDATERS`. */
  readonly contenders: readonly string[];
}

interface Result {
  seconds: number;
  times: number[];
  lost: number;
  failed: number;
  fairness: number[];
}

/** 1 when all got the same, 1/n when one of n got everything (Jain, Chiu, Hawe 1984). */
function fairnessOf(shares: readonly number[]): number {
  const sum = shares.reduce((total, share) => total + share, 0);
  const squares = shares.reduce((total, share) => total + share ** 2, 0);
  return sum ** 2 / (shares.length * squares);
}

async function round(contest: Contest, module: URL, name: string, result: Result): Promise<void> {
  const folder = fs.mkdtempSync(join(contest.folder, "cabinet-bench-"));
  const file = join(folder, "counter.json");
  fs.writeFileSync(file, '{"count":0}');
  const { processes, milliseconds, queued, durability } = contest;
  const args = [module, name, file, milliseconds, queued, durability].map(String);
  const children = Array.from({ length: processes }, () => runTypeScript(program, args));
  const endings = children.map(endOf);
  await startTogether(children);
  const shares: number[] = [];
  for (const { code, stdout, stderr } of await Promise.all(endings)) {
    if (code !== 0) throw new Error(`${name} ended with ${code}: ${stderr}`);
    const { times, failed }: Pick<Result, "times" | "failed"> = JSON.parse(
      stdout.slice(stdout.indexOf("{")),
    );
    for (const time of times) result.times.push(time);
    result.failed += failed;
    shares.push(times.length);
  }
  const { count }: { count: number } = JSON.parse(fs.readFileSync(file, "utf8"));
  result.seconds += milliseconds / 1000;
  result.lost += Math.max(0, shares.reduce((sum, share) => sum + share, 0) - count);
  result.fairness.push(fairnessOf(shares));
  fs.rmSync(folder, { recursive: true });
}

/** Holds the contest and prints its table. `module` exports the contenders as `UPDATERS`. */
export async function hold(contest: Contest, module: URL): Promise<void> {
  const results = new Map<string, Result>();
  for (let time = 0; time < contest.rounds; time += 1) {
    for (const name of contest.contenders) {
      const fresh = { seconds: 0, times: [], lost: 0, failed: 0, fairness: [] };
      const result = results.get(name) ?? fresh;
      results.set(name, result);
      await round(contest, module, name, result);
    }
  }
  const rateOf = ({ times, seconds }: Result): number => times.length / seconds;
  const rival = results.get(LOCKED_RIVAL);
  const rows = [...results].map(([name, result]) => [
    name,
    rateOf(result).toFixed(0),
    quantile(result.times, 0.5).toFixed(1),
    quantile(result.times, 0.99).toFixed(1),
    rival === undefined ? "" : `${(rateOf(result) / rateOf(rival)).toFixed(1)}×`,
    String(result.lost),
    String(result.failed),
    Math.min(...result.fairness).toFixed(2),
  ]);
  const head = ["", "updates/s", "median ms", "p99 ms", "ratio", "lost", "failed", "fairness"];
  printTable(contest.title, [head, ...rows]);
}
