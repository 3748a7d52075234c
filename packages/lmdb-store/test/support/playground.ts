import assert from "node:assert/strict";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { withFileLock, withFileLockSync } from "@x/atomic-fs";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { checkDatabase } from "../../src/check-database.ts";
import { openLmdbStore } from "../../src/index.ts";
import { assertSum } from "./accounts.ts";
import { type Conversation, startProgram } from "./conversation.ts";
import { notes, numbers, SAMPLE_COLLECTIONS } from "./sample-records.ts";
import { type Random, seededRandom } from "./seeded-random.ts";

/** What a process does with the database until it is killed. */
export type Action = "open-and-close" | "transfer" | "back-up" | "verify" | "watch";

const OPTIONS = { collections: SAMPLE_COLLECTIONS, timeoutMilliseconds: 60_000 };
const LONGEST_MOMENT_MILLISECONDS = 30;

/** A database that processes use, and what each of them has told. */
export class Playground {
  readonly path = join(temporaryFolder(), "records.lmdb");
  /** The longest time after a kill until the lock was there for others, in milliseconds. */
  slowestLock = 0;
  readonly #random: Random;
  readonly #told = new Map<string, number>();

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  start(action: Action, name: string): Conversation {
    return startProgram("use-until-killed", this.path, action, name, String(this.#random(10_000)));
  }

  /** Kills it at a random moment after it has said so. */
  async killAfter(user: Conversation, name: string, last: string): Promise<void> {
    while ((await user.next()) !== last);
    for (let more = this.#random(40); more > 0; more -= 1) await user.next();
    const isLater = this.#random(2) === 0;
    if (isLater) await delay(this.#random(LONGEST_MOMENT_MILLISECONDS * 1000) / 1000);
    user.kill();
    const { signal, stdout, stderr } = await user.ended;
    assert.deepEqual({ signal, stderr }, { signal: "SIGKILL", stderr: "" });
    const numbersTold = stdout.split("\n").filter((line) => /^\d+$/.test(line));
    this.#told.set(name, numbersTold.length);
    const started = performance.now();
    withFileLockSync(this.path, () => {}, { timeoutMilliseconds: 30_000 });
    this.slowestLock = Math.max(this.slowestLock, performance.now() - started);
  }

  /** Whole, while others have it open but none of them writes. */
  async assertWhole(): Promise<void> {
    await withFileLock(this.path, () => checkDatabase(this.path));
  }

  /** All that was told is there, and at most one more of each who was killed. */
  async assertAllThere(): Promise<void> {
    const store = await openLmdbStore(this.path, OPTIONS);
    assertSum(await store.entries(numbers, { limit: Infinity }));
    const found = await store.entries(notes, { limit: Infinity });
    await store.close();
    for (const [name, told] of this.#told) {
      const mine = found.map(([key]) => key.split(" ")).filter(([whose]) => whose === name);
      const made = mine.map(([, number]) => Number(number));
      assert.deepEqual(
        made,
        made.map((_, index) => index + 1),
      );
      assert.ok([told, told + 1].includes(made.length), `${name}: ${made.length} of ${told}`);
    }
  }
}
