/**
 * Uses a database on a disk that is full but for so many blocks, in one of the ways below. Prints before
 * each level what it does, for this process may be ended by a signal, and after it what came of it.
 */
import fs from "node:fs";
import { basename, join } from "node:path";

import { type LmdbStore, openLmdbStore } from "../../src/index.ts";
import { Ballast } from "../support/ballast.ts";
import { notes } from "../support/sample-records.ts";
import { seededRandom } from "../support/seeded-random.ts";

const [folder = "", way = "", first = "0", last = "0", step = "1"] = process.argv.slice(2);
const path = join(folder, "records.lmdb");
const ballast = new Ballast(folder);
const random = seededRandom(11);

/** The codes of what was refused, in order; `done` stands for what was not. */
type Outcomes = string[];

const open = (): Promise<LmdbStore> => openLmdbStore(path, { collections: ["notes"] });

/** Attempts it, and gives what came of it. */
async function attempt(act: () => unknown): Promise<string> {
  try {
    await act();
    return "done";
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
}

/** Records of which some are larger than a page, and what is known to be there. */
class Records {
  readonly #known = new Map<string, string>();
  #next = 0;

  /** Puts records until one is refused, at most so many; sync and async by turns. */
  async putUntilRefused(store: LmdbStore, most: number, outcomes: Outcomes): Promise<void> {
    for (let time = 0; time < most && (outcomes.at(-1) ?? "done") === "done"; time += 1) {
      const key = `key ${(this.#next += 1)}`;
      const value = "x".repeat(random(4) === 0 ? random(30_000) : random(600));
      const decide = () => ({ changes: [notes.put(key, value)], result: undefined });
      const outcome = await attempt(() =>
        time % 2 === 0 ? store.transact([], decide) : store.sync.transact([], decide),
      );
      if (outcome === "done") this.#known.set(key, value);
      outcomes.push(outcome);
    }
  }

  async assertThere(store: LmdbStore): Promise<void> {
    const found = await store.entries(notes, { limit: Infinity });
    const isSame = found.every(([key, value]) => this.#known.get(key) === value);
    if (!isSame || found.length !== this.#known.size) {
      throw new Error(`${found.length} records, not the ${this.#known.size} that were put`);
    }
  }
}

async function commits(left: number): Promise<Outcomes> {
  const outcomes: Outcomes = [];
  const records = new Records();
  const store = await open();
  await records.putUntilRefused(store, 20, []);
  ballast.leave(left);
  // Again and again: what is refused must leave nothing behind that the next one stumbles over.
  for (let time = 0; time < 4; time += 1) {
    const codes: Outcomes = [];
    await records.putUntilRefused(store, 1000, codes);
    outcomes.push(codes.at(-1) ?? "done");
    await records.assertThere(store);
  }
  const isClosedWhileFull = left % 2 === 0;
  if (isClosedWhileFull) await store.close();
  ballast.remove();
  const later = isClosedWhileFull ? await open() : store;
  const afterwards: Outcomes = [];
  await records.putUntilRefused(later, 10, afterwards);
  if (afterwards.some((code) => code !== "done")) throw new Error(afterwards.join(" "));
  await records.assertThere(later);
  await later.verify();
  await later.close();
  const again = await open();
  await records.assertThere(again);
  await again.close();
  return outcomes;
}

/** Opens it twice on the full disk: what the first one has left must not harm the second one. */
async function openTwice(left: number, prepare: () => Promise<Records>): Promise<Outcomes> {
  const outcomes: Outcomes = [];
  const records = await prepare();
  ballast.leave(left);
  for (let time = 0; time < 2; time += 1) {
    const outcome = await attempt(async () => {
      const store = await open();
      // More readers than fit in a page of LMDB's lock file.
      const verified = Array.from({ length: 80 }, () => store.verify());
      const codes: Outcomes = [];
      await records.putUntilRefused(store, 1000, codes);
      outcomes.push(codes.at(-1) ?? "done");
      await Promise.all(verified);
      await records.assertThere(store);
      await store.close();
    });
    outcomes.push(outcome);
  }
  ballast.remove();
  const store = await open();
  await records.assertThere(store);
  await store.close();
  return outcomes;
}

async function withRecords(): Promise<Records> {
  const records = new Records();
  const store = await open();
  await records.putUntilRefused(store, 10, []);
  await store.close();
  return records;
}

async function backUps(left: number): Promise<Outcomes> {
  await withRecords();
  const store = await open();
  const copy = join(folder, "copy.lmdb");
  const isThere = left % 2 === 0;
  if (isThere) await store.backupTo(copy);
  const before = isThere ? fs.readFileSync(copy) : undefined;
  ballast.leave(left);
  const outcome = await attempt(() => store.backupTo(copy));
  if (outcome !== "done") {
    const after = fs.existsSync(copy) ? fs.readFileSync(copy) : undefined;
    const isKept = before === undefined ? after === undefined : after?.equals(before) === true;
    if (!isKept) throw new Error(`the copy has changed: ${outcome}`);
    const others = fs.readdirSync(folder).filter((name) => name.startsWith(`.${basename(copy)}`));
    if (others.length > 0) throw new Error(`left: ${others.join(" ")}`);
  }
  ballast.remove();
  await store.backupTo(copy);
  await store.close();
  return [outcome];
}

const WAYS: Readonly<Record<string, (left: number) => Promise<Outcomes>>> = {
  commits,
  "a new database": (left) => openTwice(left, async () => new Records()),
  "no lock file": (left) =>
    openTwice(left, async () => {
      const records = await withRecords();
      fs.rmSync(`${path}-lock`);
      return records;
    }),
  "no state": (left) =>
    openTwice(left, async () => {
      const records = await withRecords();
      fs.rmSync(`${path}.state`);
      return records;
    }),
  "back-ups": backUps,
};

for (let left = Number(first); left <= Number(last); left += Number(step)) {
  const use = WAYS[way];
  if (use === undefined) throw new Error(`no way to use it: ${way}`);
  for (const name of fs.readdirSync(folder)) fs.rmSync(join(folder, name), { recursive: true });
  process.stdout.write(`${JSON.stringify([left, await use(left)])}\n`);
}
