import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import fc from "fast-check";
import { expect, test } from "vitest";

import { endOf, runTypeScript } from "../../../test/run-typescript.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { isLongTier } from "../../../test/tier.ts";
import { checkDatabase } from "../src/check-database.ts";
import { readDatabaseHeader } from "../src/pages/database-header.ts";
import { ChangingDatabase, steps } from "./support/changing-database.ts";
import { seededRandom } from "./support/seeded-random.ts";

const writer = fileURLToPath(new URL("programs/write-until-killed.ts", import.meta.url));
const RUNS = isLongTier ? 400 : 12;
const KILLS = isLongTier ? 30 : 1;

async function countsOf(path: string): Promise<Record<string, number>> {
  const report = await checkDatabase(path);
  const collections = report?.collections ?? [];
  return Object.fromEntries(collections.map(({ name, records }) => [name, records]));
}

test.each([
  ["without", false],
  ["with", true],
])(
  "no real database is called damaged, written %s overlapping sync",
  { timeout: 1_800_000 },
  async (_title, overlappingSync) => {
    const folder = temporaryFolder();
    await fc.assert(
      fc.asyncProperty(steps, async (taken) => {
        const path = join(mkdtempSync(join(folder, "database-")), "records.lmdb");
        const seen: [unknown, unknown][] = [];
        const database = new ChangingDatabase(path, overlappingSync);
        try {
          for (const [index, step] of taken.entries()) {
            await database.take(step);
            // While it is open, too.
            if (index % 8 === 0) seen.push([await countsOf(path), database.counts()]);
          }
        } finally {
          await database.close();
        }
        const counts = await countsOf(path);
        const again = new ChangingDatabase(path, overlappingSync);
        seen.push([counts, again.counts()]);
        await again.close();
        expect(seen.map(([found]) => found)).toEqual(seen.map(([, said]) => said));
      }),
      { numRuns: RUNS },
    );
  },
);

test.each(["plain", "overlapping"])(
  "a database whose writers were killed is healthy, with %s sync",
  { timeout: 1_800_000 },
  async (sync) => {
    const path = join(temporaryFolder(), "records.lmdb");
    const random = seededRandom(7);
    let transaction = 0;
    for (let round = 0; round < KILLS; round += 1) {
      const stdio = ["ignore", "pipe", "ignore"] as const;
      const child = runTypeScript(writer, [path, String(round), sync], { stdio: [...stdio] });
      const end = endOf(child);
      if (child.stdout !== null) await once(child.stdout, "data");
      // Killed after some more transactions, in the midst of one.
      const until = transaction + 3 + random(40);
      while (transaction < until) {
        transaction = (await readDatabaseHeader(path))?.transaction ?? transaction;
      }
      child.kill("SIGKILL");
      await end;
      const report = await checkDatabase(path);
      expect(report?.collections.map(({ name }) => name)).toEqual(["notes", "plans"]);
      transaction = report?.transaction ?? 0;
    }
  },
);
