import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { git, gitRepository } from "../../test/support/git-repository.ts";
import {
  AGENT,
  flushCommand,
  flushesEnded,
  inDatabase,
  openTrackedSession,
} from "../../test/support/tracked-session.ts";
import { watchedWarnings } from "../../test/support/watched-client.ts";
import { openTrackRecord } from "./track-record.ts";

/** A program that flushes as ours does, and leaves a line in `flushes` beside the database each time. */
function countingCommand(folder: string): readonly string[] {
  const [command = "", ...args] = flushCommand;
  const counts = `require("node:fs").appendFileSync(${JSON.stringify(join(folder, "flushes"))}, "x\\n");`;
  const runs = `const {spawnSync}=require("node:child_process");process.exit(spawnSync(${JSON.stringify(command)}, [...${JSON.stringify(args)}, process.argv.at(-1)], {stdio: "inherit"}).status);`;
  return [command, "-e", counts + runs, "--"];
}

function open() {
  const counted = temporaryFolder();
  const tracked = openTrackedSession({ command: countingCommand(counted) });
  const flushes = (): number => {
    const list = join(counted, "flushes");
    return existsSync(list) ? readFileSync(list, "utf8").length / 2 : 0;
  };
  const uses = (): Promise<void> => tracked.record.service.trackToolUsage({ agentId: AGENT }, {});
  const stored = async (): Promise<number | undefined> =>
    (await inDatabase(tracked.path, (database) => database.getAgent(AGENT)))?.experience_points;
  return { ...tracked, flushes, uses, stored };
}

test("what is noted is known here at once, and on record with a flush; without anything to flush none is made", async () => {
  const { record, uses, flushes, stored, path } = open();
  await record.flush();
  expect(readdirSync(dirname(path))).toEqual([]);
  await uses();
  expect(await record.service.getAgentStatus(AGENT)).toMatchObject({ experience_points: 1 });
  expect(existsSync(path)).toBe(false);
  await record.flush();
  await record.flush();
  expect(flushes()).toBe(1);
  expect(await stored()).toBe(1);
});

test("flushes that are asked for soon are one, also when one is asked for now", async () => {
  const { record, uses, flushes, path, stored } = open();
  for (let turn = 1; turn <= 3; turn += 1) {
    await uses();
    record.flushSoon();
  }
  await expect.poll(() => existsSync(`${path}.agents.json`), { timeout: 60_000 }).toBe(true);
  await flushesEnded(path);
  expect(flushes()).toBe(1);
  await uses();
  record.flushSoon();
  await record.flush();
  await record.close();
  await flushesEnded(path);
  expect(await stored()).toBe(4);
});

test("the end leaves what is noted to a child, and its journal is gone with it", async () => {
  const { record, uses, path, stored } = open();
  await uses();
  record.flushSoon();
  await record.close();
  await expect.poll(() => existsSync(`${path}.agents.json`), { timeout: 60_000 }).toBe(true);
  await flushesEnded(path);
  expect(readdirSync(`${path}.journals`)).toEqual([]);
  expect(await stored()).toBe(1);
});

test("an end without anything noted starts no child, and leaves nothing behind", async () => {
  const { record, path, flushes } = open();
  await record.close();
  await flushesEnded(path);
  expect(flushes()).toBe(0);
  expect(readdirSync(dirname(path))).toEqual([]);
});

test("a flush that fails is told once for its code, and the next one makes up for it", async () => {
  const folder = temporaryFolder();
  const switchPath = join(folder, "fails");
  writeFileSync(switchPath, "");
  const [command = "", ...args] = flushCommand;
  const script = `if (require("node:fs").existsSync(${JSON.stringify(switchPath)})) { console.error("no " + Math.random()); process.exit(3); }
process.exit(require("node:child_process").spawnSync(${JSON.stringify(command)}, [...${JSON.stringify(args)}, process.argv.at(-1)], {stdio: "inherit"}).status);`;
  const tracked = openTrackedSession({ command: [command, "-e", script, "--"] });
  const { record, logged, path } = tracked;
  for (let turn = 1; turn <= 2; turn += 1) {
    await record.service.trackToolUsage({ agentId: AGENT }, {});
    await record.flush();
  }
  expect(logged).toEqual([
    expect.stringMatching(
      /^warn: cabinet: the track record .* nothing of it is lost: TRACKER_FLUSH_FAILED: /,
    ),
  ]);
  rmSync(switchPath);
  await record.service.trackToolUsage({ agentId: AGENT }, {});
  await record.flush();
  const agent = await inDatabase(path, (database) => database.getAgent(AGENT));
  expect(agent).toMatchObject({ experience_points: 3 });
  expect(logged).toHaveLength(1);
});

test("a path that can be none of a database is refused", () => {
  const { warnings } = watchedWarnings();
  for (const databasePath of [" ", "a\0b", ":memory:"]) {
    const parts = { options: { databasePath }, client: null, warnings, command: flushCommand };
    expect(() => openTrackRecord(parts)).toThrow(TypeError);
  }
});

test("where the original has left nothing, nothing is started; what cannot be taken over is told", async () => {
  const { record, flushes, logged } = open();
  const project = temporaryFolder();
  await record.begin(project);
  expect(flushes()).toBe(0);
  const left = join(project, "~/.config/opencode");
  mkdirSync(left, { recursive: true });
  writeFileSync(join(left, "agent-tracker.lmdb"), "this is no database");
  await record.begin(project);
  expect(logged).toEqual([
    expect.stringMatching(
      /^warn: cabinet: not all records of agents in .*\/~ could be taken over: [A-Z_]+: /,
    ),
  ]);
});

test("what a killed host has left is applied at the start", async () => {
  const { record, path, uses, stored } = open();
  await uses();
  // The one that noted it says nothing more, and nobody flushes for it.
  const { warnings } = watchedWarnings();
  const options = { databasePath: path };
  const next = openTrackRecord({ options, client: null, warnings, command: flushCommand });
  await next.begin(temporaryFolder());
  expect(await stored()).toBe(1);
  await record.close();
});

test("what a repository ships as an old database is not taken over", async () => {
  const { record, logged, flushes } = open();
  const project = gitRepository();
  const left = join(project, "~/.config/opencode");
  mkdirSync(left, { recursive: true });
  writeFileSync(join(left, "agent-tracker.lmdb"), "x");
  git(project, "add", "--all");
  await record.begin(project);
  expect(flushes()).toBe(0);
  expect(logged).toEqual([
    expect.stringMatching(/may have come with its repository, and was not taken over/),
  ]);
});
