import fs, { type BigIntStats } from "node:fs";

import { dangling, isDangling } from "./leads-out.ts";
import { decodeText, parseContent, readBytes, statRegistry } from "./registry-content.ts";
import type { Schema } from "./schema.ts";

/** One version of a file, and what it holds. */
interface Known<V> {
  readonly stats: BigIntStats;
  readonly value: V;
}

// A process works on some few projects; of more, the ones that were read last are kept.
const MAXIMUM_FILES = 16;

// Two versions of a file can have one time stamp when they are this close: a tick of the system clock
// is up to 10 ms (CONFIG_HZ=100 in time(7)), and 2 s on FAT, whose stamps have whole seconds.
const TICK_MILLISECONDS = 50;
const COARSE_TICK_MILLISECONDS = 2_500;

/**
 * Reads the values of registries. The invariant: a value is given again without reading only while
 * the file has the identity, size and time stamps that it had before it was read, and only when these
 * stamps were old by then: what was written after the reading has other ones.
 */
export class RegistryReader<V> {
  readonly #schema: Schema<V>;
  readonly #empty: V;
  readonly #known = new Map<string, Known<V>>();

  constructor(schema: Schema<V>, empty: V) {
    this.#schema = schema;
    this.#empty = empty;
  }

  /** Throws `RegistryError`: `REGISTRY_CORRUPT` or `REGISTRY_UNREADABLE`. A missing file is empty. */
  read(path: string): V {
    const now = Date.now();
    const stats = statRegistry(path);
    if (stats === undefined && isDangling(path)) throw dangling(path);
    const known = this.#known.get(path);
    this.#known.delete(path);
    if (known !== undefined && stats !== undefined && isSameVersion(known.stats, stats)) {
      // Behind all others: it was read last.
      this.#known.set(path, known);
      return known.value;
    }
    const bytes = stats && readBytes(path, () => fs.readFileSync(path));
    if (stats === undefined || bytes === undefined) return this.#empty;
    const { value } = parseContent(path, decodeText(path, bytes), this.#schema);
    if (isSettled(stats, now)) this.#remember(path, { stats, value });
    return value;
  }

  #remember(path: string, known: Known<V>): void {
    const [oldest] = this.#known.keys();
    if (this.#known.size >= MAXIMUM_FILES && oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(path, known);
  }
}

function isSameVersion(one: BigIntStats, other: BigIntStats): boolean {
  return (
    one.ino === other.ino &&
    one.dev === other.dev &&
    one.size === other.size &&
    one.mtimeNs === other.mtimeNs &&
    one.ctimeNs === other.ctimeNs
  );
}

/** Whether a change that is made from now on gives a file of these stamps another one. */
export function isSettled(
  { mtimeNs, ctimeNs }: Pick<BigIntStats, "mtimeNs" | "ctimeNs">,
  now: number,
): boolean {
  const latest = mtimeNs > ctimeNs ? mtimeNs : ctimeNs;
  const isCoarse = ctimeNs % 1_000_000_000n === 0n && mtimeNs % 1_000_000_000n === 0n;
  const tick = isCoarse ? COARSE_TICK_MILLISECONDS : TICK_MILLISECONDS;
  return now - Number(latest / 1_000_000n) > tick;
}
