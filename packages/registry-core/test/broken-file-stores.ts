import { createHash } from "node:crypto";
import fs from "node:fs";
import { join } from "node:path";

import { withFileLock } from "@x/atomic-fs";

import { CallGate } from "../src/store/call-gate.ts";
import type { Address, Change } from "../src/store/collection.ts";
import type { JsonValue } from "../src/store/json-value.ts";
import { compareKeys } from "../src/store/key.ts";
import { assertRange, keysInRange } from "../src/store/range.ts";
import { runDecision } from "../src/store/run-decision.ts";
import type { Store } from "../src/store/store.ts";

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
} as const;

export type Fault = keyof typeof CAUGHT_BY;

type Records = Map<string, JsonValue>;

/** A store in files, in which one thing is wrong: nobody can tell within one process. */
export function openStore(folder: string, fault?: Fault): Store {
  const gate = new CallGate();
  const files = new RecordFiles(folder, fault);
  const exclusively = <R>(section: () => R): Promise<R> =>
    fault === "takes no lock"
      ? Promise.resolve().then(section)
      : withFileLock(join(folder, "records"), section);
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
        exclusively(() => {
          const records = files.read();
          const { changes, result } = runDecision(reads, (one) => rawIn(records, one), decide);
          files.write(records, changes);
          return result;
        }),
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
    return `${createHash("sha256").update(place).digest("hex")}.json`;
  }
}
