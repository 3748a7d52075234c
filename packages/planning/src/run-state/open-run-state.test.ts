import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { withFileLock } from "@x/atomic-fs";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import {
  detectResume,
  joinRunState,
  listAgents,
  openRunState,
  readExecutor,
  type RunState,
} from "./index.ts";

const CLOCK = { now: () => new Date("2026-07-01T10:00:00.000Z") };

async function open(folder: string, executor = "one"): Promise<RunState> {
  const run = await openRunState(folder, { executor, timeoutMilliseconds: 0, ...CLOCK });
  onTestFinished(() => run.close());
  return run;
}

const runFolder = (): string => join(temporaryFolder(), ".long-run");
const read = (folder: string, name: string): string => readFileSync(join(folder, name), "utf8");
const refusedWith = (code: string) => expect.objectContaining({ code });

test("a run that is opened has its folder and files, and what is there stays", async () => {
  const folder = runFolder();
  const first = await open(folder);
  const names = [
    ".gitignore",
    "ISSUES.md",
    "STATE.md",
    "agent-history.json",
    "clarifications.md",
    "executor.json",
    "executor.lock",
    "plans",
    "summaries",
  ];
  expect(readdirSync(folder).toSorted()).toEqual(names.toSorted());
  await first.close();
  writeFileSync(join(folder, "STATE.md"), "# Mine\n");
  const second = await open(folder);
  expect(read(folder, "STATE.md")).toBe("# Mine\n");
  await second.close();
  await second.close();
  expect(existsSync(join(folder, "executor.lock"))).toBe(false);
});

test("git is told what it is not to show before anything of it is written", async () => {
  const folder = runFolder();
  mkdirSync(join(folder, "executor.json"), { recursive: true });
  await expect(open(folder)).rejects.toThrow(/executor\.json/);
  expect(read(folder, ".gitignore")).toMatch(/^executor\.\*$/m);
});

test("a second executor is refused with the name of the first, until that has closed the run", async () => {
  const folder = runFolder();
  const first = await open(folder, "claude-1");
  expect(await readExecutor(folder)).toMatchObject({
    executor: "claude-1",
    pid: process.pid,
    liveness: "alive",
  });
  await expect(open(folder, "claude-2")).rejects.toThrow(
    expect.objectContaining({
      code: "PLANNING_RUN_HELD",
      message: expect.stringContaining('is held by "claude-1"'),
      holder: expect.objectContaining({
        executor: "claude-1",
        pid: process.pid,
        since: CLOCK.now().toISOString(),
      }),
    }),
  );
  await first.close();
  expect(await readExecutor(folder)).toBeNull();
  expect((await open(folder, "claude-2")).folder).toBe(folder);
});

test("whoever does not have the run any more changes nothing of it", async () => {
  const folder = runFolder();
  const run = await open(folder);
  const guest = await joinRunState(folder, run.token);
  await guest.recordAgent({ agent_id: "a1", status: "spawned" });
  await run.close();
  const changes = () =>
    [run, guest].flatMap((operations) => [
      operations.recordAgent({ agent_id: "a1", status: "completed" }),
      operations.writeCheckpoint({ plan: "01", last_completed_task: 0, total_tasks: 1 }),
      operations.writeState({ fields: { Status: "lost" } }),
      operations.writeSummary({ plan: "01" }),
      operations.appendIssue({ title: "lost" }),
      operations.recordClarification({ question: "lost?" }),
      operations.reinitialize({ force: true }),
    ]);
  const files = (): string[] =>
    readdirSync(folder).map((name) =>
      name.endsWith(".md") || name.endsWith("history.json") ? read(folder, name) : name,
    );
  const before = files();
  for (const outcome of await Promise.allSettled(changes())) {
    expect(outcome).toMatchObject({ reason: { code: "PLANNING_RUN_LOST" } });
  }
  expect(files()).toEqual(before);
  await open(folder, "two");
  const later = await Promise.allSettled(changes());
  expect(later).toHaveLength(14);
  for (const outcome of later) {
    expect(outcome).toMatchObject({
      reason: { code: "PLANNING_RUN_LOST", message: expect.stringContaining('"two"') },
    });
  }
  await expect(joinRunState(folder, run.token)).rejects.toThrow(refusedWith("PLANNING_RUN_LOST"));
});

test("the file of the running agent comes and goes with it", async () => {
  const folder = runFolder();
  const run = await open(folder);
  const path = join(folder, "current-agent-id.txt");
  await run.recordAgent({ agent_id: "a1", plan: "01", status: "spawned" });
  expect(readFileSync(path, "utf8")).toBe("a1\n");
  expect(await detectResume(folder)).toMatchObject({
    kind: "agent",
    agent: { agent_id: "a1", plan: "01" },
  });
  await run.recordAgent({ agent_id: "a1", status: "completed" });
  expect(existsSync(path)).toBe(false);
  writeFileSync(path, "a1\n");
  expect(await detectResume(folder)).toMatchObject({ kind: "nothing" });
  await run.close();
  await open(folder);
  expect(existsSync(path)).toBe(false);
});

test("where the history is gone, the agent that was at work is not forgotten", async () => {
  const folder = runFolder();
  const run = await open(folder);
  await run.recordAgent({ agent_id: "a1", status: "spawned" });
  rmSync(join(folder, "agent-history.json"));
  expect(await detectResume(folder)).toMatchObject({ kind: "agent", agent: { agent_id: "a1" } });
  await run.close();
  const again = await open(folder);
  expect(await detectResume(folder)).toMatchObject({ kind: "agent", agent: { agent_id: "a1" } });
  await again.recordAgent({ agent_id: "a1", status: "interrupted" });
  expect(await listAgents(folder)).toMatchObject([{ agent_id: "a1", status: "interrupted" }]);
});

test("calls that are made at once are all recorded", async () => {
  const folder = runFolder();
  const run = await open(folder);
  const titles = Array.from({ length: 20 }, (_, index) => `issue ${index}`);
  const ids = await Promise.all(titles.map((title) => run.appendIssue({ title })));
  expect(new Set(ids).size).toBe(20);
  await Promise.all([
    run.writeState({ fields: { Phase: "2" } }),
    run.writeState({ sections: { Next: "Ask." } }),
    run.writeCheckpoint({ plan: "01", last_completed_task: 1, total_tasks: 2 }),
    run.writeCheckpoint({ plan: "01", last_completed_task: 2, total_tasks: 2 }),
  ]);
  expect(read(folder, "STATE.md")).toBe("# State\n\nPhase: 2\n\n## Next\n\nAsk.\n");
  expect(JSON.parse(read(folder, "checkpoint.json"))).toMatchObject({ last_completed_task: 2 });
});

test.each([
  [{ sections: { Log: "# Out\n" } }, "PLANNING_RUN_INVALID"],
  [{ fields: { Status: "a" }, sections: { Next: "b", Twice: "c" } }, "PLANNING_RUN_DAMAGED"],
])("the state is not changed by %j", async (changes, code) => {
  const folder = runFolder();
  const run = await open(folder);
  const before = "# State\n\n## Log\n\n## Next\n\nx\n\n## Twice\n\n## Twice\n";
  writeFileSync(join(folder, "STATE.md"), before);
  await expect(run.writeState(changes)).rejects.toThrow(
    expect.objectContaining({ code, path: join(folder, "STATE.md") }),
  );
  expect(read(folder, "STATE.md")).toBe(before);
});

test("a state that is gone is begun again", async () => {
  const folder = runFolder();
  const run = await open(folder);
  rmSync(join(folder, "STATE.md"));
  await run.writeState({ fields: { Plan: "01" } });
  expect(read(folder, "STATE.md")).toBe("# State\n\nPlan: 01\n");
});

test.each(["agent-history.json", "checkpoint.json"])(
  "a damaged %s is named, and left as it is",
  async (name) => {
    const folder = runFolder();
    const run = await open(folder);
    writeFileSync(join(folder, name), "{");
    const damaged = expect.objectContaining({
      code: "PLANNING_RUN_DAMAGED",
      path: join(folder, name),
    });
    await expect(detectResume(folder)).rejects.toThrow(damaged);
    const change =
      name === "checkpoint.json"
        ? run.writeCheckpoint({ plan: "01", last_completed_task: 0, total_tasks: 1 })
        : run.recordAgent({ agent_id: "a1", status: "spawned" });
    await expect(change).rejects.toThrow(damaged);
    expect(read(folder, name)).toBe("{");
  },
);

test("a run whose history is damaged is not opened, and nobody has it afterwards", async () => {
  const folder = runFolder();
  await (await open(folder)).close();
  writeFileSync(join(folder, "agent-history.json"), "[]");
  await expect(open(folder)).rejects.toThrow(refusedWith("PLANNING_RUN_DAMAGED"));
  expect(await readExecutor(folder)).toBeNull();
});

test("a folder without a run, and one that is not there, have nothing to resume", async () => {
  const nothing = { kind: "nothing", finished: [], unsuccessful: [], next: null, pending: [] };
  expect(await detectResume(temporaryFolder())).toEqual(nothing);
  expect(await detectResume(join(temporaryFolder(), "a/b"))).toEqual(nothing);
});

test("what names no folder, and no token, is a mistake of the caller", async () => {
  const folder = temporaryFolder();
  for (const wrong of ["", undefined, 7]) {
    // @ts-expect-error: a caller without types
    await expect(openRunState(wrong, { executor: "one" })).rejects.toThrow(TypeError);
    // @ts-expect-error: a caller without types
    await expect(detectResume(wrong)).rejects.toThrow(TypeError);
    // @ts-expect-error: a caller without types
    await expect(joinRunState(folder, wrong)).rejects.toThrow(TypeError);
  }
  // @ts-expect-error: a caller without types
  await expect(openRunState(folder)).rejects.toThrow("{ executor }");
  expect(readdirSync(folder)).toEqual([]);
});

test("an executor whose claim was taken away is told so when it closes the run", async () => {
  const folder = runFolder();
  const run = await openRunState(folder, { executor: "one" });
  rmSync(join(folder, "executor.json"));
  await expect(run.close()).rejects.toThrow(refusedWith("PLANNING_RUN_LOST"));
  expect(existsSync(join(folder, "executor.lock"))).toBe(false);
});

test("only the last folder is made", async () => {
  const folder = join(temporaryFolder(), "a/b");
  await expect(open(folder)).rejects.toThrow(refusedWith("PLANNING_RUN_FOLDER_MISSING"));
});

test.each(["", "a\nb", "\u001b[2J", "x".repeat(300)])("nobody is called %j", async (executor) => {
  const folder = runFolder();
  await expect(open(folder, executor)).rejects.toThrow(refusedWith("PLANNING_RUN_INVALID"));
  expect(existsSync(folder)).toBe(false);
});

test.each(["STATE.md", "ISSUES.md", "agent-history.json", "executor.json", "plans"])(
  "a link %s that leads out of the folder is not followed",
  async (name) => {
    const folder = runFolder();
    const outside = join(temporaryFolder(), "outside");
    mkdirSync(outside);
    writeFileSync(join(outside, "file"), "mine");
    mkdirSync(folder);
    symlinkSync(name === "plans" ? outside : join(outside, "file"), join(folder, name));
    await expect(open(folder)).rejects.toThrow(refusedWith("PLANNING_OUTSIDE"));
    expect(readdirSync(outside)).toEqual(["file"]);
    expect(read(outside, "file")).toBe("mine");
  },
);

test("a file that could not be read again is not written", async () => {
  const folder = runFolder();
  const run = await open(folder);
  const issues = `# Issues\n\n${"x".repeat(2 ** 20 - 1000)}\n`;
  writeFileSync(join(folder, "ISSUES.md"), issues);
  const body = "y".repeat(2000);
  await expect(run.appendIssue({ title: "full", body })).rejects.toThrow(
    refusedWith("PLANNING_RUN_FULL"),
  );
  expect(read(folder, "ISSUES.md")).toBe(issues);
});

test("a state cannot grow beyond what is read again, and is written on afterwards", async () => {
  const folder = runFolder();
  const run = await open(folder);
  const grow = async (from: number): Promise<never> => {
    await run.writeState({ sections: { [`Part ${from}`]: "x".repeat(65_536) } });
    return grow(from + 1);
  };
  await expect(grow(1)).rejects.toThrow(refusedWith("PLANNING_RUN_FULL"));
  expect(statSync(join(folder, "STATE.md")).size).toBeLessThan(2 ** 20);
  await run.writeState({ sections: { "Part 1": "less" }, fields: { Plan: "02" } });
  expect(read(folder, "STATE.md")).toMatch(/^# State\n\nPlan: 02\n\n## Part 1\n\nless\n/);
});

test("a run whose files are there is opened without a lock on any of them", async () => {
  const folder = runFolder();
  await (await open(folder)).close();
  const files = ["STATE.md", "ISSUES.md", "clarifications.md", "agent-history.json", ".gitignore"];
  const opened = files.reduce<() => Promise<void>>(
    (within, name) => () => withFileLock(join(folder, name), within),
    async () => (await open(folder)).close(),
  );
  await expect(opened()).resolves.toBeUndefined();
});
