import assert from "node:assert/strict";
import fs from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { collection } from "@x/registry-core";

import { endOf, runTypeScript } from "../../../test/run-typescript.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { isLongTier } from "../../../test/tier.ts";
import { openLmdbStore } from "../src/index.ts";
import type { Outcome } from "./programs/open-damaged.ts";
import { damages, rollbacks } from "./support/damage.ts";
import { seededRandom } from "./support/seeded-random.ts";

const program = fileURLToPath(new URL("programs/open-damaged.ts", import.meta.url));
const notes = collection("notes", { parse: String });
const ROUNDS = isLongTier ? 12 : 1;
// Of the families of damage, in the ordinary tier.
const EACH = isLongTier ? 1 : 4;
const TRANSACTIONS = 30;
const AT_ONCE = 2;

/** The database as one transaction left it. */
interface Moment {
  readonly image: Buffer;
  readonly records: readonly (readonly [key: string, value: string])[];
}

/** Transactions that put, replace and delete, with values that have pages of their own among them. */
async function writeMoments(path: string): Promise<{ moments: Moment[]; backupPath: string }> {
  const store = await openLmdbStore(path, { collections: ["notes"], durability: "none" });
  const random = seededRandom(5);
  const moments: Moment[] = [];
  const backupPath = `${path}.backup`;
  for (let count = 0; count < TRANSACTIONS; count += 1) {
    const changes = Array.from({ length: 40 }, () => {
      const key = `key ${random(600)}`;
      const size = random(20) === 0 ? 9_000 : random(300);
      return random(4) === 0 ? notes.delete(key) : notes.put(key, `${count} `.repeat(size / 3));
    });
    await store.transact([], () => ({ changes, result: undefined }));
    const records = store.sync.entries(notes, { limit: Infinity });
    moments.push({ image: fs.readFileSync(path), records });
  }
  await store.backupTo(backupPath);
  await store.close();
  return { moments, backupPath };
}

async function openInChild(path: string): Promise<Outcome> {
  const { code, signal, stdout, stderr } = await endOf(runTypeScript(program, [path]));
  expect({ path, code, signal, stderr }).toEqual({ path, code: 0, signal: null, stderr: "" });
  return JSON.parse(stdout) as Outcome;
}

/**
 * All that the newest transaction left, or the one before: a header that is set back by one is what a
 * power cut leaves, too. Where pages of an older moment were put in, their records are of that moment:
 * no check can tell (README).
 */
function isWhole(found: Moment["records"], family: string, moments: readonly Moment[]): boolean {
  if (rollbacks.has(family)) {
    const known = new Set(moments.flatMap(({ records }) => records.map(String)));
    return found.every((record) => known.has(String(record)));
  }
  return moments.slice(-2).some(({ records }) => JSON.stringify(records) === JSON.stringify(found));
}

/** No signal, and nothing that is lost without a word. */
async function assertHandled(
  path: string,
  family: string,
  { moments, backupPath }: { moments: readonly Moment[]; backupPath: string },
): Promise<"refused" | "whole"> {
  const outcome = await openInChild(path);
  if ("records" in outcome) {
    assert.ok(isWhole(outcome.records, family, moments), `${family}: records are lost`);
    return "whole";
  }
  if (outcome.code === "LMDB_STORE_FOREIGN") return "refused";
  const quarantined = { warnings: 1, isKept: true };
  assert.deepEqual(outcome, { code: "LMDB_STORE_DAMAGED", backupPath, quarantined });
  return "refused";
}

test("a damaged file ends nobody by a signal and loses nothing silently: an error, a quarantine, a backup", async ({
  annotate,
}) => {
  const folder = temporaryFolder();
  const written = await writeMoments(join(folder, "original.lmdb"));
  const images = written.moments.map(({ image }) => image);
  const newest = images.at(-1) ?? Buffer.alloc(0);
  const files: (() => Promise<"refused" | "whole">)[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, [family, damage]] of Object.entries(damages).entries()) {
      if (index % EACH !== 0) continue;
      const path = join(folder, `${round}-${index}.lmdb`);
      files.push(async () => {
        const random = seededRandom(round * 1000 + index);
        fs.writeFileSync(path, damage(Buffer.from(newest), images.slice(-12, -1), random));
        fs.writeFileSync(`${path}.backups`, JSON.stringify({ backups: [written.backupPath] }));
        return assertHandled(path, family, written);
      });
    }
  }
  const ends: ("refused" | "whole")[] = [];
  const work = async (): Promise<void> => {
    for (let next = files.shift(); next !== undefined; next = files.shift())
      ends.push(await next());
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const refused = ends.filter((end) => end === "refused").length;
  await annotate(`${ends.length} files, ${refused} refused, the others whole`);
  expect(refused).toBeGreaterThan(ends.length / 4);
}, 600_000);
