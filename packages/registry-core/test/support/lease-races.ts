import { fileURLToPath } from "node:url";

import { expect } from "vitest";

import {
  endOf,
  nodeRuntime,
  runTypeScript,
  type Runtime,
} from "../../../../test/run-typescript.ts";
import { startTogether } from "../../../../test/start-together.ts";
import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import type { LeaseRace, RaceResult } from "../programs/lease-race.ts";
import type { Discipline } from "./lease-doubles.ts";

const program = fileURLToPath(new URL("../programs/lease-race.ts", import.meta.url));

/** What each of the processes got. They start together, and end without a word, which a warning would be. */
async function race(
  races: readonly LeaseRace[],
  runtimes: readonly Runtime[],
): Promise<RaceResult[]> {
  const children = races.map((one, index) =>
    runTypeScript(program, [JSON.stringify(one)], {}, runtimes[index % runtimes.length]),
  );
  try {
    const endings = Promise.all(children.map(endOf));
    await startTogether(children);
    return (await endings).map(({ code, stdout, stderr }) => {
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      return JSON.parse(stdout.replace("ready\n", ""));
    });
  } finally {
    for (const child of children) child.kill("SIGKILL");
  }
}

/** Two processes that want the phase 7 in each round; the winner ends its lease when the other has lost. */
export function raceRivals(
  root: string,
  how: { rounds: number; end: "close" | "clear"; discipline: Discipline },
  runtimes: readonly Runtime[] = [nodeRuntime],
): Promise<RaceResult[]> {
  const { rounds, end, discipline } = how;
  const folder = temporaryFolder();
  const names = ["one", "two"] as const;
  const races = names.map((name, index) => ({
    root,
    name,
    rounds,
    discipline,
    rival: { name: names[index === 0 ? 1 : 0], end, folder },
  }));
  return race(races, runtimes);
}

/** Processes each of which is granted so many phases of its own, `p0-0` and so on. */
export async function raceApart(
  root: string,
  how: { processes: number; rounds: number; discipline: Discipline },
  runtimes: readonly Runtime[] = [nodeRuntime],
): Promise<void> {
  const { processes, rounds, discipline } = how;
  const races = Array.from({ length: processes }, (_, index) => {
    return { root, name: `p${index}`, rounds, discipline };
  });
  await race(races, runtimes);
}

/** The phases that `raceApart` grants. */
export function phasesApart(processes: number, rounds: number): string[] {
  return Array.from({ length: processes }, (_, process) =>
    Array.from({ length: rounds }, (_each, round) => `p${process}-${round}`),
  ).flat();
}
