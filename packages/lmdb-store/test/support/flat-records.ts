import { createHash } from "node:crypto";
import { inspect } from "node:util";

import type { FlatEntry } from "../../src/flat/flat-database.ts";
import { seededRandom } from "./seeded-random.ts";

const WORDS = [
  "reads",
  "each",
  "of the",
  "notes",
  "überprüft",
  "日本語",
  "{}",
  "\n",
  "done 👍",
  "0",
];

/** Records as an old tool keeps them: strings as keys, mostly objects of 1 to 5 KB as values. */
export function flatRecords(count: number, seed = 1): Map<string, unknown> {
  const random = seededRandom(seed);
  const text = (bytes: number): string => {
    let words = "";
    while (words.length < bytes) words += `${WORDS[random(WORDS.length)] ?? ""} ${random(1000)} `;
    return words;
  };
  const hex = (digits: number): string =>
    Array.from({ length: digits }, () => random(16).toString(16)).join("");
  const records = new Map<string, unknown>();
  for (let number = 0; number < count; number += 1) {
    const at = new Date(1_700_000_000_000 + random(2 ** 30));
    const kind = random(4);
    if (kind === 0) {
      const steps = Array.from({ length: random(8) }, (_, step) => ({
        step,
        at,
        isDone: step > 3,
      }));
      records.set(`agent:${hex(12)}`, { id: number, at, score: random(50) / 4 - 6.125, steps });
    } else if (kind === 1) {
      const message = text(1000 + random(4000));
      records.set(`commit:/home/me/a:b/c:${hex(40)}`, { message, at, files: [], parent: null });
    } else if (kind === 2) {
      const key = `communication:agent ä ${hex(4)}:${hex(64)}:${at.getTime()}`;
      records.set(key, { from: "ä", text: text(random(3000)), at, ms: at.getTime() });
    } else {
      // Nothing that becomes smaller.
      records.set(`noise:${hex(20)}`, { noise: Buffer.from(hex(2 * random(4000)), "hex") });
    }
  }
  records.set("large", { text: `${WORDS.join(" ")} ${seed} `.repeat(4000) });
  records.set("negative", -3);
  records.set("nothing", null);
  records.set("ключ 日本語 👍", ["a list", 1.5, true, undefined]);
  records.set("\u0001\u0000 begins with a control character", "text");
  records.set("", "a key without a character");
  return records;
}

/** Tells values apart, dates and bytes included. */
export function digestOf(entry: FlatEntry): readonly [string, string | null] {
  if ("fault" in entry) return [entry.key, null];
  const text = inspect(entry.value, { depth: null, maxArrayLength: null, maxStringLength: null });
  return [entry.key, createHash("sha1").update(text).digest("hex")];
}
