import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect } from "vitest";

import { endOf, runTypeScript } from "../../../../test/run-typescript.ts";
import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { projectDatabasePath } from "../../src/project-database-path.ts";
import { type OldRecords, oldRecords } from "./old-records.ts";

const program = fileURLToPath(new URL("../programs/write-old-database.ts", import.meta.url));

/** A project in which the original was used, and what it has kept there; some more entries are no records. */
export async function oldProject(
  count: number,
  others = 0,
): Promise<{ folder: string; records: OldRecords }> {
  const folder = temporaryFolder();
  const args = [projectDatabasePath(folder), String(count), String(others)];
  const writer = runTypeScript(program, args, { stdio: "pipe" });
  expect(await endOf(writer)).toMatchObject({ code: 0, stderr: "" });
  return { folder, records: oldRecords(count) };
}

const lastProgram = fileURLToPath(new URL("../programs/write-last-database.ts", import.meta.url));

/** A database of the original's last version, in a folder of its own, and what is in it. */
export async function lastDatabase(count: number): Promise<{ path: string; records: OldRecords }> {
  const path = join(temporaryFolder(), "agent-tracker.lmdb");
  const writer = runTypeScript(lastProgram, [path, String(count)], { stdio: "pipe" });
  expect(await endOf(writer)).toMatchObject({ code: 0, stderr: "" });
  return { path, records: oldRecords(count) };
}
