import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { endOf, runTypeScript } from "../../../test/run-typescript.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { isLongTier } from "../../../test/tier.ts";
import { checkDatabase } from "../src/check-database.ts";
import { DamagedDatabaseError, ForeignDatabaseError } from "../src/errors.ts";
import type { RawReading } from "./programs/open-raw.ts";
import { damages, rollbacks } from "./support/damage.ts";
import { type Moment, writeHistory } from "./support/history.ts";
import { sealFault } from "./support/sealed-value.ts";
import { seededRandom } from "./support/seeded-random.ts";

const openRaw = fileURLToPath(new URL("programs/open-raw.ts", import.meta.url));
// A round damages a file of each family.
const ROUNDS = isLongTier ? 20 : 1;
const TRANSACTIONS = 40;
const OLDER = 12;
// How many refused files of a round LMDB gets all the same, to see what it makes of them.
const OPENED_THOUGH_REFUSED = isLongTier ? Number.POSITIVE_INFINITY : 4;
// LMDB can go round in circles in a damaged file, and does not in a healthy one.
const LONGEST_BAD_READING_MS = 10_000;
const LONGEST_READING_MS = 600_000;

interface DamagedFile {
  readonly path: string;
  readonly family: string;
}

/** What LMDB made of a file: what it read, or undefined when its process was ended. */
type RawEnd = RawReading | undefined;

function writeRound(folder: string, round: number, history: readonly Moment[]): DamagedFile[] {
  mkdirSync(folder);
  const older = history.slice(-OLDER, -1).map(({ image }) => image);
  const newest = history.at(-1)?.image ?? Buffer.alloc(0);
  return Object.entries(damages).map(([family, damage], index) => {
    const random = seededRandom(round * 1000 + index);
    const path = join(folder, `${index}.lmdb`);
    writeFileSync(path, damage(Buffer.from(newest), older, random));
    return { path, family };
  });
}

async function refusal(path: string): Promise<string | undefined> {
  try {
    await checkDatabase(path, { recordFault: sealFault });
    return undefined;
  } catch (error) {
    const isTyped = error instanceof DamagedDatabaseError || error instanceof ForeignDatabaseError;
    if (!isTyped) throw error;
    return error.reason;
  }
}

/** Has LMDB read and change the files, in as few processes as these survive. */
async function openAllRaw(files: readonly DamagedFile[], timeout: number): Promise<RawEnd[]> {
  const ends: RawEnd[] = [];
  while (ends.length < files.length) {
    const rest = files.slice(ends.length).map(({ path }) => path);
    const options = { stdio: "ignore", timeout, killSignal: "SIGKILL" } as const;
    await endOf(runTypeScript(openRaw, rest, options));
    for (const path of rest) {
      const reading = `${path}.reading`;
      ends.push(
        existsSync(reading) ? (JSON.parse(readFileSync(reading, "utf8")) as RawReading) : undefined,
      );
      if (ends.at(-1) === undefined) break;
    }
  }
  return ends;
}

/** Whether it is all that the newest transaction left, or the one before: what a power cut leaves, too. */
function isWhole({ records: read }: RawReading, history: readonly Moment[]): boolean {
  return history
    .slice(-2)
    .some(
      ({ records }) =>
        read.length === records.size &&
        read.every(([name, digest]) => records.get(name) === digest),
    );
}

/** Whether all of it was once written, though perhaps not all at the same time. */
function wasWritten({ records: read }: RawReading, history: readonly Moment[]): boolean {
  return read.every(([name, digest]) =>
    history.some(({ records }) => records.get(name) === digest),
  );
}

/** What is wrong with a file that has passed the check, or how it did. */
async function judge(
  { path, family }: DamagedFile,
  end: RawEnd,
  history: readonly Moment[],
): Promise<string> {
  if (end === undefined) return `${family}: LMDB ended the process`;
  if (end.error !== undefined) return `${family}: ${end.error}`;
  const after = await refusal(path);
  if (after !== undefined) return `${family}: ${after} after changes`;
  if (isWhole(end, history)) return "whole";
  return rollbacks.has(family) && wasWritten(end, history) ? "older" : `${family}: other records`;
}

/** How many files were refused, or passed and were whole; and what LMDB made of refused ones. */
function newCounts() {
  return { files: 0, refused: 0, whole: 0, older: 0, ended: 0, wrong: 0, error: 0, unharmed: 0 };
}

type Counts = ReturnType<typeof newCounts>;

/** Checks and opens the files; returns what is wrong. */
async function tryRound(
  files: readonly DamagedFile[],
  history: readonly Moment[],
  counts: Counts,
): Promise<string[]> {
  const passed: DamagedFile[] = [];
  const refused: DamagedFile[] = [];
  for (const file of files) {
    ((await refusal(file.path)) === undefined ? passed : refused).push(file);
  }
  const faults: string[] = [];
  const ends = await openAllRaw(passed, LONGEST_READING_MS);
  for (const [index, file] of passed.entries()) {
    const verdict = await judge(file, ends[index], history);
    if (verdict === "whole" || verdict === "older") counts[verdict] += 1;
    else faults.push(verdict);
  }
  // The known bad: the same without a check.
  const opened = refused.slice(0, OPENED_THOUGH_REFUSED);
  for (const end of await openAllRaw(opened, LONGEST_BAD_READING_MS)) {
    if (end === undefined) counts.ended += 1;
    else if (end.error !== undefined) counts.error += 1;
    else counts[isWhole(end, history) ? "unharmed" : "wrong"] += 1;
  }
  counts.files += files.length;
  counts.refused += refused.length;
  return faults;
}

test(
  "a damaged file is refused, or LMDB reads all that was written from it and can change it",
  { timeout: 3_600_000 },
  async () => {
    const folder = temporaryFolder();
    const history = await writeHistory(join(folder, "healthy.lmdb"), TRANSACTIONS, 1);
    const counts = newCounts();
    const faults: string[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const roundFolder = join(folder, String(round));
      const found = await tryRound(writeRound(roundFolder, round, history), history, counts);
      faults.push(...found.map((fault) => `round ${round}, ${fault}`));
      rmSync(roundFolder, { recursive: true });
    }
    expect(faults).toEqual([]);
    expect(counts.files).toBeGreaterThanOrEqual(isLongTier ? 300 : 30);
    // Without the check, LMDB ends processes and gives wrong records.
    expect(counts.ended).toBeGreaterThan(0);
    expect(counts.wrong).toBeGreaterThanOrEqual(isLongTier ? 1 : 0);
  },
);
