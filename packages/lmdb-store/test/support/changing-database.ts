import fc from "fast-check";
import { ABORT, type Database, open, type RootDatabase } from "lmdb";

/** What a writer does next with one of its collections; sizes are bytes, keys are numbers. */
export type Step = { readonly collection: number; readonly key: number } & (
  | { readonly kind: "put"; readonly count: number; readonly size: number }
  | { readonly kind: "remove"; readonly count: number }
  | { readonly kind: "aborted" | "child" | "abortedChild"; readonly size: number }
  | { readonly kind: "clear" | "drop" | "reopen" | "holdReader" | "releaseReader" }
);

type Records = Database<Buffer, Buffer>;

const NAMES = ["notes", "plans", "sessions", "a name of some length: ä"] as const;

const size = fc.oneof(
  { weight: 12, arbitrary: fc.nat({ max: 400 }) },
  { weight: 3, arbitrary: fc.nat({ max: 6000 }) },
  { weight: 1, arbitrary: fc.nat({ max: 300_000 }) },
);
const count = fc.oneof(fc.constant(1), fc.nat({ max: 20 }), fc.nat({ max: 200 }));
const place = { collection: fc.nat({ max: NAMES.length - 1 }), key: fc.nat({ max: 500 }) };
const others = ["clear", "drop", "reopen", "holdReader", "releaseReader"] as const;
const nested = ["aborted", "child", "abortedChild"] as const;

/** Transactions, and what else happens to a database. */
export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({ ...place, kind: fc.constant("put" as const), count, size }),
    },
    { weight: 6, arbitrary: fc.record({ ...place, kind: fc.constant("remove" as const), count }) },
    { weight: 3, arbitrary: fc.record({ ...place, kind: fc.constantFrom(...nested), size }) },
    { weight: 2, arbitrary: fc.record({ ...place, kind: fc.constantFrom(...others) }) },
  ),
  { minLength: 1, maxLength: 60 },
);

/** The key of that number: long and short ones, some the beginning of others. */
function keyOf(number: number): Buffer {
  const key = Buffer.alloc(2 + ((number * 7) % 300), number % 3);
  key.writeUInt16BE(number);
  return key;
}

/** A real database that takes steps. */
export class ChangingDatabase {
  readonly path: string;
  readonly #overlappingSync: boolean;
  #root: RootDatabase;
  #collections: Records[];
  #release: (() => void) | undefined;

  constructor(path: string, overlappingSync: boolean) {
    this.path = path;
    this.#overlappingSync = overlappingSync;
    this.#root = this.#open();
    this.#collections = NAMES.map((name) => this.#collection(name));
  }

  /** How many records LMDB counts in each collection. */
  counts(): Record<string, number> {
    return Object.fromEntries(
      NAMES.map((name, index) => {
        const stats: object | undefined = this.#collections[index]?.getStats();
        const records: unknown = Reflect.get(stats ?? {}, "entryCount");
        return [name, Number(records)];
      }),
    );
  }

  async take(step: Step): Promise<void> {
    const records = this.#collections[step.collection];
    if (records === undefined) throw new RangeError("no such collection");
    if (step.kind === "put" || step.kind === "remove") this.#change(records, step);
    else if ("size" in step) await this.#nest(records, step.key, step.size, step.kind);
    else if (step.kind === "clear") records.clearSync();
    else if (step.kind === "reopen") await this.#reopen();
    else if (step.kind === "holdReader") this.#hold();
    else if (step.kind === "releaseReader") this.#letGo();
    else {
      records.dropSync();
      this.#collections[step.collection] = this.#collection(NAMES[step.collection] ?? "");
    }
    await this.#root.flushed;
  }

  async close(): Promise<void> {
    this.#letGo();
    await this.#root.close();
  }

  #change(records: Records, step: Step & { readonly kind: "put" | "remove" }): void {
    this.#root.transactionSync(() => {
      for (let number = step.key; number < step.key + step.count; number += 1) {
        if (step.kind === "remove") records.removeSync(keyOf(number));
        // Large values come one at a time.
        else put(records, number, number === step.key ? step.size : step.size % 500);
      }
    });
  }

  async #nest(records: Records, key: number, bytes: number, kind: string): Promise<void> {
    await this.#root.transaction(async () => {
      put(records, key, bytes);
      await this.#root.childTransaction(() => {
        for (let number = key; number < key + 10; number += 1) put(records, number, bytes % 9000);
        return kind === "abortedChild" ? ABORT : undefined;
      });
      return kind === "aborted" ? ABORT : undefined;
    });
  }

  #hold(): void {
    if (this.#release !== undefined) return;
    const transaction = this.#root.useReadTransaction();
    this.#release = () => transaction.done();
  }

  #letGo(): void {
    this.#release?.();
    this.#release = undefined;
  }

  async #reopen(): Promise<void> {
    await this.close();
    this.#root = this.#open();
    this.#collections = NAMES.map((name) => this.#collection(name));
  }

  #open(): RootDatabase {
    return open({ path: this.path, noSubdir: true, overlappingSync: this.#overlappingSync });
  }

  #collection(name: string): Records {
    return this.#root.openDB<Buffer, Buffer>({ name, keyEncoding: "binary", encoding: "binary" });
  }
}

function put(records: Records, number: number, bytes: number): void {
  records.putSync(keyOf(number), Buffer.alloc(bytes, number));
}
