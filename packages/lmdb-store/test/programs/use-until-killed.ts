/** Opens a database and does one thing with it again and again, until it is killed. Says what it has done. */
import type { LmdbStore } from "../../src/index.ts";
import { openLmdbStore } from "../../src/index.ts";
import { ACCOUNTS, assertSum } from "../support/accounts.ts";
import { notes, numbers, SAMPLE_COLLECTIONS } from "../support/sample-records.ts";
import { seededRandom } from "../support/seeded-random.ts";

const [path = "", action = "", name = "", seed = "0"] = process.argv.slice(2);
const OPTIONS = { collections: SAMPLE_COLLECTIONS, timeoutMilliseconds: 60_000 };
const random = seededRandom(Number(seed));

function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Moves an amount between two accounts and notes it under the next number; tells it when it is made. */
async function transfer(store: LmdbStore, number: number): Promise<void> {
  const [from, to] = [random(ACCOUNTS), random(ACCOUNTS)].map((index) => `account-${index}`);
  const reads = [numbers.at(from ?? ""), numbers.at(to ?? "")] as const;
  const amount = random(100);
  const decide = ([had = 0, has = 0]: (number | undefined)[]) => {
    const moved =
      from === to
        ? []
        : [numbers.put(from ?? "", had - amount), numbers.put(to ?? "", has + amount)];
    const text = "x".repeat(random(10) === 0 ? random(20_000) : random(200));
    const note = notes.put(`${name} ${String(number).padStart(8, "0")}`, { amount, text });
    return { changes: [...moved, note], result: undefined };
  };
  if (number % 2 === 0) await store.transact(reads, decide);
  else store.sync.transact(reads, decide);
  tell(String(number));
}

async function openAndClose(): Promise<never> {
  for (let number = 1; ; number += 1) {
    tell("opening");
    const store = await openLmdbStore(path, OPTIONS);
    await transfer(store, number);
    tell("closing");
    await store.close();
  }
}

async function repeat(act: (store: LmdbStore, number: number) => Promise<unknown>): Promise<never> {
  const store = await openLmdbStore(path, OPTIONS);
  tell("open");
  for (let number = 1; ; number += 1) await act(store, number);
}

if (action === "open-and-close") await openAndClose();
if (action === "transfer") await repeat(transfer);
if (action === "back-up") {
  await repeat(async (store, number) => {
    tell("backing up");
    await store.backupTo(`${path}.copy`);
    await transfer(store, number);
  });
}
if (action === "verify") {
  await repeat(async (store, number) => {
    tell("verifying");
    await store.verify();
    await transfer(store, number);
  });
}
if (action === "watch") {
  await repeat(async (store, number) => {
    assertSum(await store.entries(numbers, { limit: Infinity }));
    if (number % 100 === 0) tell(String(number));
  });
}
