// What a hook costs that notes an event: with a journal, and in memory only; beside one raw append of as many bytes.
import fs from "node:fs";
import { join } from "node:path";

import { quantile } from "../../atomic-fs/bench/support/figures.ts";
import { withDiskFolder } from "../../lmdb-store/bench/support/places.ts";
import { printTargets } from "../../lmdb-store/bench/support/targets.ts";
import { printFigures, takeTurns } from "../../lmdb-store/bench/support/turns.ts";
import { SnapshotDatabase } from "../src/host/snapshot-database.ts";
import { Journal } from "../src/journal/journal.ts";
import { TrackingService } from "../src/tracking-service.ts";
import { WriteBuffer } from "../src/write-buffer.ts";

const PAYLOAD = { agentId: "build@anthropic/claude-sonnet-4", tool: "edit" };
const RAW = "one append of 160 bytes";
const JOURNALED = "a tool is tracked, with a journal";

async function measure(folder: string): Promise<void> {
  const database = new SnapshotDatabase({ path: join(folder, "agents.lmdb") });
  const journal = new Journal(join(folder, "journals"));
  const journaled = new TrackingService(database, new WriteBuffer({ journal }));
  const inMemory = new TrackingService(database, new WriteBuffer());
  const descriptor = fs.openSync(join(folder, "raw"), "a");
  const bytes = Buffer.alloc(160, "x");
  const figures = await takeTurns(
    [
      { name: RAW, run: () => fs.writeSync(descriptor, bytes) },
      { name: "a tool is tracked, in memory", run: () => inMemory.trackToolUsage(PAYLOAD, {}) },
      { name: JOURNALED, run: () => journaled.trackToolUsage(PAYLOAD, {}) },
    ],
    { rounds: 20_000, warmUp: 2_000 },
  );
  printFigures("A hook", figures, RAW);
  const p99 = quantile(figures.get(JOURNALED) ?? [], 0.99);
  printTargets([{ what: "9, p99 of a hook", figure: p99 / 1000, limit: 1, unit: " ms" }]);
  fs.closeSync(descriptor);
  await journal.close();
}

await withDiskFolder(measure);
