import { execFileSync } from "node:child_process";
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

import { describe, expect, onTestFinished, test } from "vitest";

import { journalFolderOf } from "@x/tracker/host";

import { processesNaming } from "../../../test/processes-naming.ts";
import { smallDisk } from "../../../test/small-disk.ts";
import { bash, write } from "./harness/calls.ts";
import { release, UNTIL_RELEASED } from "./harness/gate.ts";
import type { Turn } from "./harness/model-server.ts";
import { outcomeOf } from "./harness/outcome.ts";
import { runArguments, startClient } from "./harness/run-client.ts";
import { client, openScenario, requireClient, type Scenario, soon } from "./harness/scenario.ts";

// A user who owns nothing here; there need not be one of that number.
const STRANGER = 1002;
const done: Turn = { text: "done" };
const works: Turn = { tools: [bash("true")] };
const pushes: Turn = { tools: [bash("git push --quiet origin main")] };
/** Until what is told has been told: a flush is over then, however long it took. */
const waits: Turn = { tools: [bash(UNTIL_RELEASED)] };
const plan: Turn = { tools: [write(".ai/plan-demo.md", "# Demo\n")] };

async function runWhole({ run, server }: Scenario, turns: number): Promise<void> {
  const { code, signal, stderr } = await run("work");
  expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: "" });
  expect(server.turnsUsed()).toBe(turns);
}

/** As `runWhole`; goes on behind `waits` when the log has that line. */
async function runUntilTold(scenario: Scenario, turns: number, told: string): Promise<void> {
  const whole = runWhole(scenario, turns);
  const line = (): string | undefined => scenario.log().find((one) => one.includes(told));
  await Promise.race([soon(line, told), whole]);
  release(scenario);
  await whole;
}

// Larger than the disks here, and small for one that is none of them.
const LARGEST_FILLER = "8M";

/** Takes all room that is left on the disk of a folder, but for so many kilobytes. */
function fills(folder: string, left = 0): Turn {
  return { tools: [bash(filling(folder, left))] };
}

function filling(folder: string, left = 0): string {
  const filler = join(folder, "filler");
  return `head --bytes=${LARGEST_FILLER} /dev/zero > ${filler} 2> /dev/null; truncate --size=-${left}K ${filler}`;
}

function frees(folder: string): Turn {
  return { tools: [bash(`rm ${join(folder, "filler")}`)] };
}

describe.skipIf(client === undefined)("the session goes on", () => {
  const inMemory = "events are kept in memory only, because the journal cannot be written: ENOSPC";
  test.for<[string, (disk: string) => readonly Turn[], readonly string[]]>([
    ["from the beginning", () => [works], [inMemory]],
    [
      "when it is flushed",
      (disk) => [frees(disk), works, fills(disk), pushes],
      [inMemory, "LMDB_STORE_NO_SPACE"],
    ],
  ])(
    "when the disk of the track record is full %s: a warning of each kind, and nothing is lost",
    async ([_when, begin, told], context) => {
      const disk = smallDisk("size=4m");
      if (disk === undefined) return context.skip("this user may not mount a file system");
      const turns = [...begin(disk), waits, plan, works, frees(disk), works, done];
      const database = join(disk, "agents.lmdb");
      const scenario = await openScenario({
        turns,
        options: { databasePath: database },
        env: { CABINET_TRACKER_DATABASE: database },
        hasRemote: true,
      });
      execFileSync("bash", ["-c", filling(disk)]);
      await runUntilTold(scenario, turns.length, told.at(-1) ?? "");
      expect(scenario.log()).toEqual(told.map((text) => expect.stringContaining(text)));
      expect(await outcomeOf(scenario)).toEqual({
        points: turns.length - 1,
        plans: ["demo"],
        untracked: [],
      });
    },
  );

  test("when the disk of the plans is full for a while: the plan is filed in the end", async ({
    skip,
  }) => {
    const turns = [fills(".ai", 4), plan, works, frees(".ai"), works, done];
    const scenario = await openScenario({ turns });
    const folder = join(scenario.repository, ".ai");
    mkdirSync(folder);
    if (smallDisk("size=64k", folder) === undefined) {
      return skip("this user may not mount a file system");
    }
    await runWhole(scenario, turns.length);
    expect(scenario.log()).toEqual([expect.stringContaining("ATOMIC_FS_NO_SPACE")]);
    expect(await outcomeOf(scenario)).toEqual({ points: 5, plans: ["demo"], untracked: [] });
  });

  test.each<[string, (path: string) => void]>([
    ["garbage", (path) => writeFileSync(path, "no database".repeat(2_000))],
    ["zeros", (path) => writeFileSync(path, Buffer.alloc(40_960))],
    ["cut off behind its first page", (path) => truncateSync(path, 6_000)],
  ])(
    "when the database is %s: one warning, and what waits is there when it is out of the way",
    async (_what, damage) => {
      const turns = [works, done, plan, pushes, waits, works, done];
      const scenario = await openScenario({ turns, hasRemote: true });
      const { database } = scenario;
      expect((await scenario.run("work")).code).toBe(0);
      const journals = journalFolderOf(database);
      // The last thing that it does is not to remove them.
      const isOver = (): boolean =>
        readdirSync(journals).length === 0 && processesNaming(database).length === 0;
      await soon(() => isOver() || undefined, "the flush's end");
      damage(database);
      await runUntilTold(scenario, turns.length, "LMDB_STORE_DAMAGED");
      expect(scenario.log()).toEqual([expect.stringContaining("LMDB_STORE_DAMAGED")]);
      const aside = join(scenario.base, "aside");
      mkdirSync(aside);
      for (const name of ["agent-tracker.lmdb", "agent-tracker.lmdb-lock"]) {
        const path = join(dirname(database), name);
        if (existsSync(path)) renameSync(path, join(aside, name));
      }
      expect(await outcomeOf(scenario)).toEqual({ points: 4, plans: ["demo"], untracked: [] });
    },
  );

  test.for<[string, string]>([
    ["home folder", "home"],
    ["folder of the database", "home/.config/opencode"],
  ])(
    "when the user may not write into the %s: one warning, and plans are filed",
    async ([_what, name], { skip }) => {
      if (process.getuid?.() !== 0) return skip("only root starts a client as somebody else");
      const scenario = await openScenario({ turns: [plan, works, done] });
      const folder = join(scenario.base, name);
      mkdirSync(folder, { recursive: true });
      execFileSync("chown", ["--recursive", `${STRANGER}:${STRANGER}`, scenario.base]);
      chownSync(folder, 0, 0);
      const command = ["--clear-groups", `--reuid=${STRANGER}`, `--regid=${STRANGER}`];
      const args = [...command, requireClient(), ...runArguments("work")];
      const { ended, kill } = startClient("setpriv", args, scenario);
      onTestFinished(kill);
      expect(await ended).toMatchObject({ code: 0, stderr: "" });
      expect(scenario.server.turnsUsed()).toBe(3);
      expect(scenario.log()).toEqual([expect.stringContaining("EACCES")]);
      expect(readdirSync(folder)).toEqual([]);
      expect(await outcomeOf(scenario)).toEqual({ points: 0, plans: ["demo"], untracked: [] });
    },
  );
});
