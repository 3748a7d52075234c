import { createHash } from "node:crypto";
import fs from "node:fs";
import { join } from "node:path";

import { withFileLock } from "@x/atomic-fs";

import type { JsonValue } from "../src/json-value.ts";
import { CallGate } from "../src/store/call-gate.ts";
import type { Address, Change } from "../src/store/collection.ts";
import { compareKeys } from "../src/store/key.ts";
import { assertRange, keysInRange } from "../src/store/range.ts";
import { runDecision } from "../src/store/run-decision.ts";
import type { Decision, Store } from "../src/store/store.ts";

/** What is wrong with a store in files, and the titles of the tests that must fail for it. */
export const CAUGHT_BY = {
  "takes no lock": [
    "processes that count one counter lose nothing, and no two fetch the same number",
    "of processes that put the same records if they are absent, one wins each",
  ],
  "looks at the file once": ["what one process has written, another one reads next"],
  "replaces a file per record": [
    "processes that are killed leave no half of a transaction, and lose none that they know of",
  ],
  "validates only what it writes": [
    "of processes that may each leave if the other one stays, one stays",
  ],
  "locks records in the order it is given": [
    "processes that read the same records in opposite orders neither fail nor wait for ever",
  ],
} as const;

export type Fault = keyof typeof CAUGHT_BY;

type Records = Map<string, JsonValue>;

/** A store in files, in which one thing is wrong: nobody can tell within one process. */
export function openStore(folder: string, fault?: Fault): Store {
  const gate = new CallGate();
  const files = new RecordFiles(folder, fault);
  const transactions = new Transactions(folder, files, fault);
  return {
    get: (address) =>
      gate.run(async () => {
        const raw = rawIn(files.read(), address);
        return raw === undefined ? undefined : address.parse(raw);
      }),
    entries: (collection, range) =>
      gate.run(async () => {
        assertRange(collection.name, range);
        const records = files.read();
        const start = placeOf({ collection: collection.name, key: "" });
        const keys = [...records.keys()]
          .filter((place) => place.startsWith(start))
          .map((place) => place.slice(start.length));
        return keysInRange(keys.toSorted(compareKeys), range).map((key) => [
          key,
          collection.parse(key, rawIn(records, { collection: collection.name, key })),
        ]);
      }),
    transact: (reads, decide) =>
      gate.run(() =>
        transactions.run(reads, (records) =>
          runDecision(reads, (one) => rawIn(records, one), decide),
        ),
      ),
    supports: { durable: false, processes: true },
    close: () => gate.close(),
  };
}

type Place = Pick<Address<unknown>, "collection" | "key">;

const placeOf = ({ collection, key }: Place): string => `${collection}\n${key}`;

function rawIn(records: Records, place: Place): unknown {
  return structuredClone(records.get(placeOf(place)));
}

type Decide<R> = (records: Records) => Decision<R>;

/** One after the other within this process: what is wrong shows when there are several. */
class Transactions {
  readonly #folder: string;
  readonly #files: RecordFiles;
  readonly #fault: Fault | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(folder: string, files: RecordFiles, fault: Fault | undefined) {
    this.#folder = folder;
    this.#files = files;
    this.#fault = fault;
  }

  run<R>(reads: readonly Place[], decide: Decide<R>): Promise<R> {
    const mine = this.#last.then(() => this.#make(reads, decide));
    this.#last = mine.catch(() => {});
    return mine;
  }

  #make<R>(reads: readonly Place[], decide: Decide<R>): Promise<R> | R {
    if (this.#fault === "takes no lock") return this.#write(decide);
    if (this.#fault === "validates only what it writes") return this.#writeIfUnchanged(decide);
    const isNested = this.#fault === "locks records in the order it is given";
    return this.#lock(isNested ? [...new Set(reads.map(placeOf))] : [], decide);
  }

  #write<R>(decide: Decide<R>): R {
    const records = this.#files.read();
    const { changes, result } = decide(records);
    this.#files.write(records, changes);
    return result;
  }

  async #writeIfUnchanged<R>(decide: Decide<R>): Promise<R> {
    for (;;) {
      const seen = this.#files.read();
      const decision = decide(seen);
      const isSameIn = (records: Records, place: string): boolean =>
        JSON.stringify(records.get(place)) === JSON.stringify(seen.get(place));
      const isWritten = await withFileLock(join(this.#folder, "records"), () => {
        const records = this.#files.read();
        if (!decision.changes.every((change) => isSameIn(records, placeOf(change)))) return false;
        this.#files.write(records, decision.changes);
        return true;
      });
      if (isWritten) return decision.result;
    }
  }

  /** Takes the locks of these records, and then that of the file. */
  #lock<R>([place, ...others]: readonly string[], decide: Decide<R>): Promise<R> {
    if (place === undefined) {
      return withFileLock(join(this.#folder, "records"), () => this.#write(decide));
    }
    return withFileLock(join(this.#folder, hashOf(place)), () => this.#lock(others, decide));
  }
}

const hashOf = (place: string): string => createHash("sha256").update(place).digest("hex");

/** All records in one file, which is replaced as a whole, or each in one of its own. */
class RecordFiles {
  readonly #folder: string;
  readonly #fault: Fault | undefined;
  #seen: Records | undefined;

  constructor(folder: string, fault: Fault | undefined) {
    this.#folder = join(folder, "files");
    this.#fault = fault;
    fs.mkdirSync(this.#folder, { recursive: true });
  }

  read(): Records {
    if (this.#seen !== undefined && this.#fault === "looks at the file once") return this.#seen;
    const names = fs.readdirSync(this.#folder).filter((name) => name.endsWith(".json"));
    const texts = names.map((name) => fs.readFileSync(join(this.#folder, name), "utf8"));
    // Nobody else writes there.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const entries = texts.flatMap((text) => JSON.parse(text) as [string, JsonValue][]);
    return (this.#seen = new Map(entries));
  }

  write(records: Records, changes: readonly Change[]): void {
    const values = changes.map((change) => (change.type === "put" ? change.value : undefined));
    for (const [index, change] of changes.entries()) {
      const value = structuredClone(values[index]);
      if (value === undefined) records.delete(placeOf(change));
      else records.set(placeOf(change), value);
    }
    for (const name of new Set(changes.map((change) => this.#nameOf(placeOf(change))))) {
      const mine = [...records].filter(([place]) => this.#nameOf(place) === name);
      const path = join(this.#folder, name);
      fs.writeFileSync(`${path}.${process.pid}`, JSON.stringify(mine));
      fs.renameSync(`${path}.${process.pid}`, path);
    }
  }

  #nameOf(place: string): string {
    if (this.#fault !== "replaces a file per record") return "all.json";
    return `${hashOf(place)}.json`;
  }
}
