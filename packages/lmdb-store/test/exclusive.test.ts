import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { isLongTier } from "../../../test/tier.ts";
import { type Conversation, startProgram } from "./support/conversation.ts";

type Discipline = "store" | "raw" | "raw overlapping";

const PROCESSES = isLongTier ? 8 : 3;
const RUNS = isLongTier ? 60 : 1;
const VISITS = 3;
/** How often a process counts up in a visit. LMDB alone is faster, and needs more to be caught. */
const TIMES: Readonly<Record<Discipline, number>> = {
  store: isLongTier ? 60 : 30,
  raw: 1000,
  "raw overlapping": 1000,
};

/** In memory, where a commit takes so little that openings fall between two of them more often. */
function fastFolder(): string {
  const place = fs.existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
  const folder = fs.realpathSync(fs.mkdtempSync(join(place, "cabinet-")));
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function startCounters(discipline: Discipline): Promise<Conversation[]> {
  const counters = Array.from({ length: PROCESSES }, () =>
    startProgram("count-up", discipline, String(TIMES[discipline])),
  );
  for (const { next } of counters) expect(await next()).toBe("ready");
  return counters;
}

/**
 * Each of the processes opens the database while the one before it is counting, and opens it again when it is
 * through. Gives all the numbers that were fetched, sorted; undefined when one of them ended or fell silent.
 */
async function countTogether(
  counters: readonly Conversation[],
  path: string,
): Promise<number[] | undefined> {
  const fetched: number[] = [];
  let isSilent = false;
  const visit = async (index: number, visits: number): Promise<void> => {
    const counter = counters[index];
    if (counter === undefined) return;
    counter.say(path);
    const said = await counter.next();
    const others = visits === VISITS ? visit(index + 1, VISITS) : undefined;
    const numbers = await counter.next();
    if (said === undefined || numbers === undefined) isSilent = true;
    else fetched.push(...(JSON.parse(numbers) as number[]));
    if (!isSilent && visits > 1) await visit(index, visits - 1);
    await others;
  };
  await visit(0, VISITS);
  return isSilent ? undefined : fetched.toSorted((one, other) => one - other);
}

/** What all of them together fetch when none of them is forgotten. */
function allNumbers(discipline: Discipline): number[] {
  const length = PROCESSES * VISITS * TIMES[discipline];
  return Array.from({ length }, (_, index) => index + 1);
}

test("no two processes fetch the same number, whenever each of them opens the database", async () => {
  const counters = await startCounters("store");
  for (let run = 0; run < RUNS; run += 1) {
    expect(await countTogether(counters, join(fastFolder(), "records.lmdb"))).toEqual(
      allNumbers("store"),
    );
  }
  for (const { end } of counters) end();
  for (const { ended } of counters) expect(await ended).toMatchObject({ code: 0, stderr: "" });
}, 1_200_000);

const DOUBLE_RUNS = 100;
// One that is fine takes less than a second.
const SILENCE_MILLISECONDS = 30_000;

/** The first run in which LMDB alone gives a number to two; undefined when none of them does. */
async function firstLoss(discipline: Discipline): Promise<number | undefined> {
  const all = allNumbers(discipline);
  let counters = await startCounters(discipline);
  const killAll = (): void => counters.forEach(({ kill }) => kill());
  for (let run = 1; run <= DOUBLE_RUNS; run += 1) {
    const watch = setTimeout(killAll, SILENCE_MILLISECONDS);
    const fetched = await countTogether(counters, join(fastFolder(), "records.lmdb"));
    clearTimeout(watch);
    if (fetched?.some((number, index) => number !== all[index]) === true) return run;
    if (fetched !== undefined) continue;
    // One of them ended or hung, which is no better. But it is no lost number.
    killAll();
    counters = await startCounters(discipline);
  }
  return undefined;
}

test.runIf(isLongTier).for(["raw", "raw overlapping"] as const)(
  "the same with LMDB alone (%s) gives some number to two processes",
  { timeout: 3_600_000 },
  async (discipline, { annotate }) => {
    const run = await firstLoss(discipline);
    await annotate(`${discipline}: lost in run ${run}`, "exclusive");
    expect(run).toBeDefined();
  },
);
