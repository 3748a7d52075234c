import fs from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import type { Warning } from "@x/registry-core";

import { processesNaming } from "../../../test/processes-naming.ts";
import { endOf, runTypeScript } from "../../../test/run-typescript.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { SnapshotDatabase, type SnapshotDatabaseOptions } from "../src/host/snapshot-database.ts";
import { journalFolderOf } from "../src/journal/journal-folder.ts";
import { Journal } from "../src/journal/journal.ts";
import { LMDBDatabase } from "../src/lmdb/lmdb-database.ts";
import { WriteBuffer } from "../src/write-buffer.ts";
import { flushCommand } from "./support/flush-command.ts";

const PATIENCE = { timeout: 60_000 };

function program(name: string): string {
  return fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url));
}

/** Runs a host to its end, and gives what is there when the child that it has left behind is gone. */
async function leave(path: string, name: string, way: string, beforeTheChild = () => {}) {
  const host = runTypeScript(program(name), [path, way, ...flushCommand()], { stdio: "pipe" });
  const { code, signal, stderr } = await endOf(host);
  beforeTheChild();
  await expect.poll(() => processesNaming(path), PATIENCE).toEqual([]);
  return { end: signal ?? code, stderr };
}

async function pointsIn(path: string): Promise<number | undefined> {
  const database = new LMDBDatabase(path);
  const agent = await database.getAgent("build");
  await database.close();
  return agent?.experience_points;
}

test.each([
  ["returns", "host-that-leaves", 50, 0],
  ["exits", "host-that-leaves", 50, 0],
  ["does not wait", "host-that-leaves", 50, 0],
  ["is killed", "host-that-leaves", 50, "SIGKILL"],
  // Two at once apply the same: each event counts once.
  ["flushes", "host-that-leaves", 100, 0],
  ["ends", "end-a-thread", 50, 0],
])(
  "of a host that %s (%s), what it leaves behind is applied, once, and its journal is gone",
  async (way, name, points, end) => {
    const path = join(temporaryFolder(), "agents.lmdb");
    expect(await leave(path, name, way)).toEqual({ end, stderr: "" });
    // The other flush may have held the lock for the very last moment: the next one of anybody removes the file.
    if (way === "flushes")
      await new SnapshotDatabase({ path, command: flushCommand() }).applyJournals(
        journalFolderOf(path),
      );
    expect(fs.readdirSync(journalFolderOf(path))).toEqual([]);
    expect(await pointsIn(path)).toBe(points);
    const snapshot = new SnapshotDatabase({ path });
    expect(await snapshot.getAgent("build")).toMatchObject({ experience_points: points });
  },
);

test("where the home of a host is gone with it, the child is gone too, and has made nothing there", async () => {
  const folder = temporaryFolder();
  const home = join(folder, "home");
  const path = join(home, ".config/agents.lmdb");
  const remove = (): void => fs.renameSync(home, join(folder, "removed"));
  expect(await leave(path, "host-that-leaves", "exits", remove)).toEqual({ end: 0, stderr: "" });
  expect(fs.readdirSync(folder)).toEqual(["removed"]);
});

test.skipIf(process.platform !== "linux")(
  "a host is gone while the child that it has left still works",
  async () => {
    const path = join(temporaryFolder(), "agents.lmdb");
    const command = flushCommand("flush-child-that-stays");
    const args = [path, "returns", ...command];
    const host = runTypeScript(program("host-that-leaves"), args, { stdio: "pipe" });
    expect(await endOf(host)).toMatchObject({ code: 0, stderr: "" });
    const left = processesNaming(path);
    for (const pid of left) process.kill(Number(pid), "SIGKILL");
    expect(left).toHaveLength(1);
    await expect.poll(() => processesNaming(path), PATIENCE).toEqual([]);
  },
);

function hostOn(path: string, options: SnapshotDatabaseOptions = {}) {
  const database = new SnapshotDatabase({ path, command: flushCommand(), ...options });
  const folder = journalFolderOf(path);
  const buffer = new WriteBuffer({ journal: new Journal(folder) });
  return { database, buffer, folder };
}

test("what a host leaves while it lives on is applied, and it goes on in another file", async () => {
  const path = join(temporaryFolder(), "agents.lmdb");
  const { database, buffer, folder } = hostOn(path);
  buffer.bufferScore("build", { type: "tool" });
  await buffer.close();
  database.leaveJournals(folder);
  await expect.poll(() => fs.readdirSync(folder), PATIENCE).toEqual([]);
  buffer.bufferScore("build", { type: "tool" });
  expect((await buffer.flush(database)).errors).toEqual([]);
  expect(await database.getAgent("build")).toMatchObject({ experience_points: 2 });
  await buffer.close();
  await expect.poll(() => processesNaming(path), PATIENCE).toEqual([]);
});

test("without a journal no process is started", () => {
  const path = join(temporaryFolder(), "agents.lmdb");
  const warnings: Warning[] = [];
  const onWarning = (warning: Warning): void => void warnings.push(warning);
  const { database, folder } = hostOn(path, { command: ["/nowhere/at-all"], onWarning });
  database.leaveJournals(folder);
  expect(fs.readdirSync(dirname(path))).toEqual([]);
  expect(warnings).toEqual([]);
});

test("a process that cannot be started is told, never thrown, and what waits for it is applied by the next flush", async () => {
  const path = join(temporaryFolder(), "agents.lmdb");
  const warnings: Warning[] = [];
  const onWarning = (warning: Warning): void => {
    warnings.push(warning);
    throw new Error("a listener");
  };
  const { buffer, folder } = hostOn(path);
  buffer.bufferScore("build", { type: "tool" });
  await buffer.close();
  for (const command of [["/nowhere/at-all"], [process.execPath, "\0"]]) {
    hostOn(path, { command }).database.leaveJournals(folder);
    hostOn(path, { command, onWarning }).database.leaveJournals(folder);
  }
  hostOn(path, { onWarning }).database.leaveJournals("\0");
  await expect.poll(() => warnings.length, PATIENCE).toBe(3);
  expect(warnings.map(({ code }) => code).toSorted()).toEqual([
    "ERR_INVALID_ARG_VALUE",
    "ERR_INVALID_ARG_VALUE",
    "TRACKER_FLUSH_FAILED",
  ]);
  const { database } = hostOn(path);
  expect(await new WriteBuffer({ journal: new Journal(folder) }).flush(database)).toEqual({
    entriesWritten: 1,
    errors: [],
  });
});

test("a child that is left ends itself when its time is over", async () => {
  const path = join(temporaryFolder(), "agents.lmdb");
  const { database, buffer, folder } = hostOn(path, {
    command: flushCommand("flush-child-that-stays"),
    timeoutMilliseconds: 500,
  });
  buffer.bufferScore("build", { type: "tool" });
  await buffer.close();
  database.leaveJournals(folder);
  await expect.poll(() => processesNaming(path), PATIENCE).toEqual([]);
  await hostOn(path).database.applyJournals(folder);
  expect(await pointsIn(path)).toBe(1);
});

test("the program runs in the root folder, where no project can tell it what to do", async () => {
  const path = join(temporaryFolder(), "agents.lmdb");
  const script = "console.log(process.cwd(), process.env.BUN_RUNTIME_TRANSPILER_CACHE_PATH)";
  const { database, folder } = hostOn(path, { command: [process.execPath, "-e", script] });
  await expect(database.applyJournals(folder)).rejects.toThrow(String.raw`it said "/ 0\n"`);
});
