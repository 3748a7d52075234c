import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import {
  detectResume,
  joinRunState,
  listAgents,
  openRunState,
  readExecutor,
  reinitializeFromSummaries,
} from "./index.ts";

const HALF = '{"version": "1.0", "entr';
const DEAD_WRITER = "tmp.1.0";

/** A run of these summaries, by the status of each, with plans 01 to 03. */
async function run(summaries: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(temporaryFolder(), ".long-run");
  await (await openRunState(folder, { executor: "one" })).close();
  for (const plan of ["01", "02", "03"]) writeFileSync(join(folder, `plans/${plan}-PLAN.md`), "");
  for (const [name, text] of Object.entries(summaries)) {
    const path = join(folder, "summaries", name);
    writeFileSync(path, text);
    utimesSync(path, 1_700_000_000, 1_700_000_000);
  }
  return folder;
}

const rebuild = (folder: string, force = false) =>
  reinitializeFromSummaries(folder, { executor: "repair", force, timeoutMilliseconds: 0 });
const damage = (folder: string, name = "agent-history.json"): void =>
  writeFileSync(join(folder, name), HALF);
const asidesIn = (folder: string): string[] =>
  readdirSync(folder).filter((name) => name.includes(".broken-"));

test("a history beyond repair is built anew from the summaries, and the damaged one is kept", async () => {
  const folder = await run({
    "02-1-SUMMARY.md": "---\nstatus: failed\nagent_id: a7\n---\n",
    "01-SUMMARY.md": "# Done\n",
    "notes.md": "",
  });
  damage(folder);
  damage(folder, "checkpoint.json");
  writeFileSync(join(folder, "current-agent-id.txt"), "a9\n");
  const made = await rebuild(folder);
  expect(made).toMatchObject({ history: "rebuilt", checkpoint: "set-aside", former_agent: "a9" });
  const timestamp = new Date(1_700_000_000_000).toISOString();
  expect(await listAgents(folder)).toMatchObject([
    { plan: "01", status: "unknown", agent_id: null, timestamp },
    { plan: "02-1", status: "failed", agent_id: "a7", timestamp },
  ]);
  expect(made.asides.map((path) => readFileSync(path, "utf8"))).toEqual([HALF, HALF]);
  expect(asidesIn(folder)).toHaveLength(2);
  expect(existsSync(join(folder, "current-agent-id.txt"))).toBe(false);
  expect(await detectResume(folder)).toEqual({
    kind: "between-plans",
    finished: ["01", "02-1"],
    unsuccessful: ["02-1"],
    next: "02",
    pending: [],
  });
  expect(await readExecutor(folder)).toBeNull();
});

test("without summaries the history is empty", async () => {
  const folder = await run({});
  damage(folder);
  expect(await rebuild(folder)).toMatchObject({
    history: "rebuilt",
    agents: [],
    checkpoint: "none",
  });
  expect(JSON.parse(readFileSync(join(folder, "agent-history.json"), "utf8"))).toEqual({
    version: "1.0",
    max_entries: 50,
    entries: [],
  });
});

test("what is sound is not overwritten, unless by force, and then it is kept", async () => {
  const folder = await run({ "01-SUMMARY.md": "---\nstatus: completed\n---\n" });
  const open = await openRunState(folder, { executor: "one" });
  await open.recordAgent({ agent_id: "a1", status: "spawned" });
  await open.close();
  const before = readFileSync(join(folder, "agent-history.json"), "utf8");
  await expect(rebuild(folder)).rejects.toThrow(
    expect.objectContaining({ code: "PLANNING_RUN_SOUND" }),
  );
  expect(readFileSync(join(folder, "agent-history.json"), "utf8")).toBe(before);
  const made = await rebuild(folder, true);
  expect(made).toMatchObject({ history: "rebuilt", checkpoint: "none", former_agent: "a1" });
  expect(made.asides.map((path) => readFileSync(path, "utf8"))).toEqual([before]);
  expect(await listAgents(folder)).toMatchObject([{ plan: "01", status: "completed" }]);
});

test("a damaged checkpoint is set aside where the history is sound", async () => {
  const folder = await run({});
  damage(folder, "checkpoint.json");
  await expect(detectResume(folder)).rejects.toThrow(/checkpoint\.json/);
  expect(await rebuild(folder)).toMatchObject({ history: "intact", checkpoint: "set-aside" });
  expect(await detectResume(folder)).toMatchObject({ kind: "nothing", next: "01" });
});

test.each(["agent-history.json", "checkpoint.json"])(
  "a %s that is too large to read is damaged as far as that is concerned",
  async (name) => {
    const folder = await run({ "01-SUMMARY.md": "" });
    const large = `{"entries": []${" ".repeat(2 ** 20)}}`;
    writeFileSync(join(folder, name), large);
    await expect(detectResume(folder)).rejects.toThrow(
      expect.objectContaining({ code: "PLANNING_TOO_LARGE" }),
    );
    const { asides } = await rebuild(folder);
    expect(asides.map((path) => readFileSync(path, "utf8"))).toEqual([large]);
    expect(await detectResume(folder)).toMatchObject({ kind: "between-plans", next: "02" });
  },
);

test("a write that was cut short is finished rather than rebuilt", async () => {
  const folder = await run({ "01-SUMMARY.md": "" });
  const path = join(folder, "agent-history.json");
  const whole = {
    version: "1.0",
    max_entries: 50,
    entries: [{ agent_id: "a1", status: "spawned" }],
  };
  damage(folder);
  utimesSync(path, 1_700_000_000, 1_700_000_000);
  // A name as other tools give it, of a process that is long gone.
  writeFileSync(`${path}.tmp.4194999`, JSON.stringify(whole));
  writeFileSync(`${path}.${DEAD_WRITER}`, HALF);
  expect(await rebuild(folder)).toMatchObject({ history: "recovered" });
  expect(await detectResume(folder)).toMatchObject({ kind: "agent", agent: { agent_id: "a1" } });
});

test("a summary that leads elsewhere, or is too large, is not read, and keeps no other from it", async () => {
  const folder = await run({
    "01-SUMMARY.md": "---\nstatus: completed\n---\n",
    "02-SUMMARY.md": `---\nstatus: completed\n---\n${"x".repeat(2 ** 20)}`,
  });
  const outside = join(temporaryFolder(), "secret");
  writeFileSync(outside, "---\nstatus: secret\n---\n");
  symlinkSync(outside, join(folder, "summaries/03-SUMMARY.md"));
  mkdirSync(join(folder, "summaries/04-SUMMARY.md"));
  damage(folder);
  const { agents } = await rebuild(folder);
  expect(agents.map(({ plan, status }) => [plan, status])).toEqual([
    ["01", "completed"],
    ["02", "unknown"],
    ["03", "unknown"],
  ]);
});

test("nobody rebuilds the run of an executor at work", async () => {
  const folder = await run({});
  const open = await openRunState(folder, { executor: "one" });
  damage(folder);
  await expect(rebuild(folder)).rejects.toThrow(
    expect.objectContaining({ code: "PLANNING_RUN_HELD" }),
  );
  await open.close();
  expect(readFileSync(join(folder, "agent-history.json"), "utf8")).toBe(HALF);
});

test.each([false, true])("a history of a newer version is no damage (force: %j)", async (force) => {
  const folder = await run({});
  const newer = '{"version": "2.0", "entries": []}';
  writeFileSync(join(folder, "agent-history.json"), newer);
  await expect(rebuild(folder, force)).rejects.toThrow(
    expect.objectContaining({ code: "PLANNING_RUN_NEWER" }),
  );
  expect(readFileSync(join(folder, "agent-history.json"), "utf8")).toBe(newer);
});

test.each([true, false])("what else the history holds is kept (force: %j)", async (force) => {
  const folder = await run({ "01-SUMMARY.md": "", "02-SUMMARY.md": "", "03-SUMMARY.md": "" });
  const path = join(folder, "agent-history.json");
  const entries = force ? [] : "torn";
  const former = { version: "1.0", max_entries: 2, owner: "us" };
  writeFileSync(path, JSON.stringify({ ...former, entries }));
  const made = await rebuild(folder, force);
  expect(made).toMatchObject({ history: "rebuilt", summaries: 3 });
  expect(made.agents.map(({ plan }) => plan)).toEqual(["02", "03"]);
  expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject(former);
});

test("the executor itself, and who works for it, rebuild its run", async () => {
  const folder = await run({ "01-SUMMARY.md": "" });
  const open = await openRunState(folder, { executor: "one" });
  onTestFinished(() => open.close());
  const guest = await joinRunState(folder, open.token);
  for (const operations of [open, guest]) {
    damage(folder);
    expect(await operations.reinitialize()).toMatchObject({ history: "rebuilt", summaries: 1 });
    await expect(operations.reinitialize()).rejects.toThrow(
      expect.objectContaining({ code: "PLANNING_RUN_SOUND" }),
    );
  }
  expect(await guest.reinitialize({ force: true })).toMatchObject({ history: "rebuilt" });
  expect(await readExecutor(folder)).toMatchObject({ executor: "one" });
});

test("a state that is gone is put back from a write that was cut short", async () => {
  const folder = await run({});
  const path = join(folder, "STATE.md");
  // A name as other tools give it, of a process that is long gone.
  renameSync(path, `${path}.tmp.4194999`);
  damage(folder);
  expect(await rebuild(folder)).toMatchObject({ history: "rebuilt" });
  expect(readFileSync(path, "utf8")).toBe("# State\n");
});

test("there is nothing to rebuild where there is no folder", async () => {
  await expect(rebuild(join(temporaryFolder(), "none"))).rejects.toThrow(
    expect.objectContaining({ code: "PLANNING_RUN_FOLDER_MISSING" }),
  );
});
