import { join } from "node:path";

import { expect, test } from "vitest";

import { fetchRuntimes, hasRuntimes } from "../../../test/runtimes.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { SnapshotDatabase } from "../src/host/snapshot-database.ts";
import { journalFolderOf } from "../src/journal/journal-folder.ts";
import { Journal } from "../src/journal/journal.ts";
import { WriteBuffer } from "../src/write-buffer.ts";
import { flushCommand } from "./support/flush-command.ts";

test.skipIf(!hasRuntimes)(
  "a flush by whichever runtime goes on where the one before has stopped",
  { timeout: 600_000 },
  async () => {
    const path = join(temporaryFolder(), "agents.lmdb");
    const buffer = new WriteBuffer({ journal: new Journal(journalFolderOf(path)) });
    const runtimes = fetchRuntimes();
    expect(runtimes.length).toBeGreaterThan(1);
    for (const [index, runtime] of [...runtimes, ...runtimes].entries()) {
      for (let count = 0; count < 100; count += 1) buffer.bufferScore("build", { type: "tool" });
      const database = new SnapshotDatabase({
        path,
        command: flushCommand("flush-child", runtime),
      });
      const flushed = await buffer.flush(database);
      expect({ runtime: runtime.name, ...flushed }).toEqual({
        runtime: runtime.name,
        entriesWritten: 1,
        errors: [],
      });
      const expected = { experience_points: (index + 1) * 100 };
      expect(await database.getAgent("build")).toMatchObject(expected);
    }
    await buffer.close();
  },
);
