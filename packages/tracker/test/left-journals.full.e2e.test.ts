import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { processesNaming } from "../../../test/processes-naming.ts";
import { endOf, runTypeScript } from "../../../test/run-typescript.ts";
import { fetchRuntimes, hasRuntimes } from "../../../test/runtimes.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { SnapshotDatabase } from "../src/host/snapshot-database.ts";
import { journalFolderOf } from "../src/journal/journal-folder.ts";
import { flushCommand } from "./support/flush-command.ts";

const PATIENCE = { timeout: 60_000 };

test.skipIf(!hasRuntimes)(
  "what a host in whichever runtime leaves is applied, also by one in a thread that is ended",
  { timeout: 600_000 },
  async () => {
    for (const runtime of fetchRuntimes()) {
      for (const [name, way, end] of [
        ["host-that-leaves", "exits", 0],
        ["host-that-leaves", "is killed", "SIGKILL"],
        ["end-a-thread", "ends", 0],
      ] as const) {
        const path = join(temporaryFolder(), "agents.lmdb");
        const file = fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url));
        const args = [path, way, ...flushCommand("flush-child", runtime)];
        const host = runTypeScript(file, args, { stdio: "pipe" }, runtime);
        const { code, signal, stderr } = await endOf(host);
        const { name: running } = runtime;
        expect({ running, name, end: signal ?? code, stderr }).toEqual({
          running,
          name,
          end,
          stderr: "",
        });
        await expect.poll(() => processesNaming(path), PATIENCE).toEqual([]);
        expect(readdirSync(journalFolderOf(path))).toEqual([]);
        const agent = await new SnapshotDatabase({ path }).getAgent("build");
        expect({ running, name, points: agent?.experience_points }).toEqual({
          running,
          name,
          points: 50,
        });
      }
    }
  },
);
