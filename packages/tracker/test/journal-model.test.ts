import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import fc from "fast-check";
import { expect, test } from "vitest";

import { isLongTier } from "../../../test/tier.ts";
import { Journal } from "../src/journal/journal.ts";
import { MemoryDatabase } from "../src/memory-database.ts";
import { WriteBuffer } from "../src/write-buffer.ts";

/** It takes what is in journals only, as that of a host. */
class JournalsOnly extends MemoryDatabase {
  override readonly appliesEvents: boolean = false;
}

const tools = fc.record({
  type: fc.constant("tools" as const),
  count: fc.integer({ min: 1, max: 4 }),
});
const own = fc.record({ type: fc.constantFrom("flush", "others flush", "close") });
const clear = fc.record({ type: fc.constant("clear" as const) });

function mishaps(...what: readonly string[]) {
  return fc.record({
    type: fc.constant("mishap" as const),
    what: fc.constantFrom(...what),
    seed: fc.nat(),
  });
}

const step = fc.oneof(
  tools,
  own,
  mishaps("empty", "cut", "damage", "remove", "remove folder", "move"),
);
// A line that clears may be lost while those before it are not: they count then.
const stepOrClear = fc.oneof(tools, own, clear, mishaps("remove folder"));
type Step = typeof step | typeof stepOrClear extends fc.Arbitrary<infer T> ? T : never;

function damage(folder: string, what: string, seed: number): void {
  const files = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
  if (what === "remove folder") return fs.rmSync(folder, { recursive: true, force: true });
  const name = files.filter((file) => file.endsWith(".jsonl"))[seed % Math.max(1, files.length)];
  if (name === undefined) return;
  const path = join(folder, name);
  const bytes = fs.readFileSync(path);
  if (what === "empty") fs.truncateSync(path);
  if (what === "cut") fs.truncateSync(path, seed % (bytes.length + 1));
  if (what === "remove") fs.rmSync(path);
  if (what === "move") {
    fs.renameSync(path, `${path}.away`);
    fs.copyFileSync(`${path}.away`, path);
  }
  if (what === "damage" && bytes.length > 0) {
    const at = seed % bytes.length;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    fs.writeFileSync(path, bytes);
  }
}

async function play(database: MemoryDatabase, folder: string, steps: readonly Step[]) {
  const buffer = new WriteBuffer({ journal: new Journal(folder, { onWarning: () => undefined }) });
  const points = async (): Promise<number> =>
    (await database.getAgent("build"))?.experience_points ?? 0;
  let expected = 0;
  for (const one of steps) {
    if (one.type === "tools") {
      for (let count = 0; count < one.count; count += 1) {
        buffer.bufferScore("build", { type: "tool" });
      }
      expected += one.count;
    } else if (one.type === "mishap") damage(folder, one.what, one.seed);
    else if (one.type === "others flush") await database.applyJournals(folder);
    else if (one.type === "close") await buffer.close();
    else if (one.type === "clear") {
      buffer.clear();
      expected = await points();
    } else {
      await buffer.flush(database);
      // oxlint-disable-next-line vitest/no-conditional-expect
      expect({ waiting: buffer.size, points: await points() }).toEqual({
        waiting: 0,
        points: expected,
      });
    }
    expect((await buffer.readAgent(database, "build"))?.experience_points ?? 0).toBe(expected);
  }
  await buffer.flush(database);
  expect(await points()).toBe(expected);
  await buffer.close();
  await database.applyJournals(folder);
  expect(await points()).toBe(expected);
}

// What is checked is in `play`.
// oxlint-disable-next-line vitest/expect-expect
test.each([
  ["with its database open", () => new MemoryDatabase(), step],
  ["of a host", () => new JournalsOnly(), step],
  ["that clears it", () => new JournalsOnly(), stepOrClear],
])(
  "whatever becomes of the journal of a living process %s, each of its events counts once",
  { timeout: 900_000 },
  async (_, open, steps) => {
    const parent = fs.mkdtempSync(join(tmpdir(), "cabinet-"));
    let runs = 0;
    try {
      await fc.assert(
        fc.asyncProperty(fc.array(steps, { maxLength: 15 }), async (played) => {
          runs += 1;
          await play(open(), join(parent, String(runs)), played);
        }),
        { numRuns: isLongTier ? 3000 : 150 },
      );
    } finally {
      fs.rmSync(parent, { recursive: true, force: true });
    }
  },
);
