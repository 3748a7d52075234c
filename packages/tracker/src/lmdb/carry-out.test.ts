import fs from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { oldProject } from "../../test/support/old-project.ts";
import { journalFolderOf } from "../journal/journal-folder.ts";
import { Journal } from "../journal/journal.ts";
import { WriteBuffer } from "../write-buffer.ts";
import { carryOut } from "./carry-out.ts";

const NOTHING = { entriesWritten: 0, applied: {}, failures: [] };

function assignmentIn(folder: string) {
  const path = join(folder, "agents.lmdb");
  return { path, folder: journalFolderOf(path), timeoutMilliseconds: 1000 };
}

test("what is left is applied, and nothing is opened where nothing is left", async () => {
  const top = temporaryFolder();
  const assignment = assignmentIn(top);
  expect(await carryOut({ ...assignment, isLeft: true })).toEqual(NOTHING);
  expect(fs.readdirSync(top)).toEqual([]);
  const journal = new Journal(assignment.folder);
  const buffer = new WriteBuffer({ journal });
  buffer.bufferScore("build", { type: "tool" });
  await buffer.close();
  const applied = { entriesWritten: 1, applied: { [journal.stream]: 1 }, failures: [] };
  expect(await carryOut({ ...assignment, isLeft: true })).toEqual(applied);
  expect(await carryOut(assignment)).toEqual(NOTHING);
});

test("a database that cannot be opened, and options that are none, are failures", async () => {
  const assignment = assignmentIn(temporaryFolder());
  const codeFor = async (maxSize?: number): Promise<unknown> =>
    (await carryOut({ ...assignment, maxSize })).failures.map(({ code }) => code);
  expect(await codeFor(1)).toEqual(["LMDB_STORE_SIZE_INVALID"]);
  fs.mkdirSync(assignment.path);
  expect(await codeFor()).toEqual([expect.stringMatching(/^LMDB_STORE_|^E/)]);
});

test("what is wrong with a migration is told in few and short texts, each with its code", async () => {
  const { folder: project } = await oldProject(1, 150);
  const { path, ...assignment } = assignmentIn(temporaryFolder());
  fs.mkdirSync(`${path}.agents.json`);
  const { migration, failures } = await carryOut({ ...assignment, path, project });
  expect(migration).toEqual({ entriesMigrated: 7, entriesSkipped: 0 });
  expect(failures[0]?.code).toBe("TRACKER_SNAPSHOT_UNWRITABLE");
  expect(failures[1]?.code).toBe("TRACKER_RECORD_INVALID");
  expect(failures[1]?.message).toMatch(/^"other:0:.{1,800}…": its key is no text/);
  expect(failures.at(-1)?.message).toBe("52 more entries were left out");
  fs.rmdirSync(`${path}.agents.json`);
  const missing = await carryOut({ ...assignment, path, project: join(project, "gone") });
  expect(missing.migration).toEqual({ entriesMigrated: 0, entriesSkipped: 0 });
});
