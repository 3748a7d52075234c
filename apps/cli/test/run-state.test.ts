import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { openRunState } from "@x/planning/run-state";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { assertFailure, assertPrintable, envelope, type Failure } from "./assert-failure.ts";
import { checkout, filesOf } from "./checkout.ts";
import { cabinet } from "./run-cabinet-here.ts";
import { specCheckout } from "./spec-checkout.ts";

const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/);

const data = async (dir: string, ...args: string[]): Promise<unknown> => {
  const { stdout } = await cabinet(dir, ["run-state", ...args, "--json"]);
  return envelope(stdout).data;
};

/** A checkout whose active spec is `login`. */
async function activeCheckout(): Promise<{ dir: string; folder: string }> {
  const dir = await specCheckout("login", "billing");
  await cabinet(dir, ["planning", "activate", "login"]);
  return { dir, folder: join(dir, ".planning/login/.long-run") };
}

test("a run is opened, worked on, and told where it goes on, step by step", async () => {
  const { dir, folder } = await activeCheckout();
  const deep = join(dir, "src/deep");
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await cabinet(deep, ["run-state", ...args]);
    expect({ code, args }).toEqual({ code: 0, args });
    return `${stdout}${stderr}`;
  };
  expect(await run("open")).toBe(
    `The run in ${folder} is ready.\nThere is no plan left to begin.\n`,
  );
  for (const plan of ["01", "02"]) writeFileSync(join(folder, `plans/${plan}-PLAN.md`), "");
  expect(await run("resume")).toBe("Nothing to resume: no plan was begun.\nBegin plan 01.\n");

  const spawned = ["agent", "a1", "spawned", "--plan", "01", "--type", "coder", "--task", "Add it"];
  expect(await run(...spawned)).toBe("Recorded agent a1 as spawned.\n");
  expect(readFileSync(join(folder, "current-agent-id.txt"), "utf8")).toBe("a1\n");
  expect(await run("resume")).toMatch(
    /^The agent a1 was at work on plan 01 since .*Z\.\nResume it/,
  );
  const counted = ["checkpoint", "--plan", "01", "--task", "1", "--of", "2"];
  expect(await run(...counted, "--commit", "c1")).toBe(
    "Noted: 1 of 2 tasks of plan 01 are completed.\n",
  );
  await run("agent", "a1", "interrupted");
  expect(await run("resume")).toBe(
    "Plan 01 is under way: 1 of 2 tasks completed.\nGo on with task 2 of plan 01.\n",
  );
  await run("checkpoint", "--plan", "01", "--task", "2", "--of", "2", "--commit", "c2");
  expect(await data(deep, "resume")).toEqual({
    spec: "login",
    folder,
    resume: { kind: "between-plans", finished: ["01"], unsuccessful: [], next: "02", pending: [] },
  });
  expect(await run("summary", "01", "--body", "Done.")).toBe(
    "Wrote the summary of plan 01: completed.\n",
  );
  expect(readFileSync(join(folder, "summaries/01-SUMMARY.md"), "utf8")).toMatch(
    /^---\nplan: .*\nstatus: completed\n---\n\nDone\.\n$/,
  );
  expect(await run("summary", "02", "--status", "failed")).toContain("plan 02: failed.\n");
  expect(await run("resume")).toBe(
    "Nothing to resume: 2 plans finished.\nFinished without success, by the summary: 02.\nThere is no plan left to begin.\n",
  );
  expect(await run("summary", "02", "--replace")).toContain("plan 02: completed.\n");
  expect(await run("clarify", "Which\ndatabase?", "--plan", "02")).toBe(
    "Asked C-1.\nRecord the answer with `cabinet run-state clarify --id C-1 --answer <text>`.\n",
  );
  expect(await run("resume")).toMatch(/^C-1 waits for an answer: Which database\?\n/);
  expect(await run("clarify", "--id", "C-1", "--answer", "None.")).toBe("Answered C-1.\n");
  expect(await run("resume")).toMatch(/^Nothing to resume: 2 plans finished\.\n/);
  expect(await run("issue", "Slow", "--body", "3 s.")).toBe("Noted ISS-1: Slow\n");
  expect(await run("write", "--field", "Phase = 2", "--section", "Next", "--body", "Ask.")).toBe(
    "Wrote Phase, Next to STATE.md.\n",
  );
  expect(readFileSync(join(folder, "STATE.md"), "utf8")).toBe(
    "# State\n\nPhase: 2\n\n## Next\n\nAsk.\n",
  );
  const checkpoint = {
    plan: "01",
    last_completed_task: 2,
    total_tasks: 2,
    task_commits: ["c1", "c2"],
  };
  expect(JSON.parse(readFileSync(join(folder, "checkpoint.json"), "utf8"))).toEqual(checkpoint);
});

test("a run is shown with its executor and its agents", async () => {
  const { dir, folder } = await activeCheckout();
  await cabinet(dir, ["run-state", "agent", "a1", "spawned", "--plan", "01"]);
  await cabinet(dir, ["run-state", "agent", "a1", "failed"]);
  const run = await openRunState(folder, { executor: "claude-1" });
  const { stdout } = await cabinet(dir, ["run-state"]);
  const lines = stdout
    .trimEnd()
    .split("\n")
    .map((line) => line.split(/ {2,}/));
  expect(lines).toEqual([
    ["spec", "login"],
    ["folder", folder],
    [
      "executor",
      expect.stringMatching(new RegExp(`^claude-1, process ${process.pid} on .*, alive, since `)),
    ],
    ["resume", "Nothing to resume."],
    [""],
    ["AGENT", "STATUS", "PLAN", "TYPE", "STARTED", "ENDED"],
    ["a1", "failed", "01", "-", TIME, TIME],
  ]);
  expect(await data(dir)).toMatchObject({
    executor: { executor: "claude-1", pid: process.pid, liveness: "alive", since: TIME },
    agents: [{ agent_id: "a1", status: "failed", completion_timestamp: TIME }],
  });
  expect(JSON.stringify(await data(dir))).not.toContain(run.token);
  await run.close();
  expect(await data(dir)).toMatchObject({ executor: null });
});

test("questions that wait are shown whatever is next, a line each", async () => {
  const { dir } = await activeCheckout();
  const run = (...args: string[]) => cabinet(dir, ["run-state", ...args]);
  await run("checkpoint", "--plan", "01", "--task", "1", "--of", "2");
  await run("clarify", "Which\ndatabase?");
  await run("clarify", "Why?", "--answer", "Because.");
  await run("clarify", "When?");
  expect((await run("resume")).stdout.split("\n")).toEqual([
    "Plan 01 is under way: 1 of 2 tasks completed.",
    "C-1 waits for an answer: Which database?",
    "C-3 waits for an answer: When?",
    "",
  ]);
  expect((await run()).stdout).toMatch(/^asked +C-3 waits for an answer: When\?$/m);
  await run("summary", "01");
  expect((await run("resume")).stdout).toBe(
    "C-1 waits for an answer: Which database?\nC-3 waits for an answer: When?\n",
  );
  expect(await data(dir)).toMatchObject({
    checkpoint: { plan: "01", last_completed_task: 1, finished_plans: [] },
    clarifications: [
      { id: "C-1", answer: null },
      { id: "C-2", answer: "Because." },
      { id: "C-3", answer: null },
    ],
    resume: { kind: "clarification", pending: [{ id: "C-1" }, { id: "C-3" }] },
  });
});

test("looking at the run of a spec that has none creates nothing, and says that none has begun", async () => {
  const { dir } = await activeCheckout();
  const files = filesOf(dir);
  const nothing = { kind: "nothing", finished: [], next: null, pending: [] };
  expect(await cabinet(dir, ["run-state", "resume"])).toMatchObject({
    code: 0,
    stdout: "No run has begun.\n",
    stderr: "Begin one with `cabinet run-state open`.\n",
  });
  expect((await cabinet(dir, ["run-state"])).stdout).toMatch(/^resume +No run has begun\.$/m);
  expect(await data(dir, "resume")).toMatchObject({ resume: nothing });
  expect(await data(dir)).toMatchObject({ executor: null, resume: nothing, agents: [] });
  expect(filesOf(dir)).toEqual(files);
});

test("--spec and --folder name another run than that of the active spec", async () => {
  const { dir } = await activeCheckout();
  await cabinet(dir, ["run-state", "issue", "one", "--spec", "billing"]);
  expect(existsSync(join(dir, ".planning/billing/.long-run/ISSUES.md"))).toBe(true);
  const made = await cabinet(join(dir, "src"), [
    "run-state",
    "open",
    "--folder",
    "run",
    "--verbose",
  ]);
  expect(made.stderr).toContain(`the run is in ${join(dir, "src/run")}\n`);
  expect(await data(join(dir, "src"), "resume", "--folder", "run")).toMatchObject({
    spec: null,
    folder: join(dir, "src/run"),
  });
});

test("a damaged history is rebuilt from the summaries", async () => {
  const { dir, folder } = await activeCheckout();
  await cabinet(dir, ["run-state", "open"]);
  writeFileSync(join(folder, "summaries/02-1-SUMMARY.md"), "---\nstatus: failed\n---\n");
  writeFileSync(join(folder, "agent-history.json"), "{");
  const rebuilt = await cabinet(dir, ["run-state", "reinitialize"]);
  expect(rebuilt).toMatchObject({
    code: 0,
    stdout: "The agent history was built anew from 1 summary.\n",
  });
  expect(rebuilt.stderr).toMatch(
    /^What was there is kept as .*agent-history\.json\.broken-\d+\.\n$/,
  );
  expect(await data(dir)).toMatchObject({ agents: [{ plan: "02-1", status: "failed" }] });
  const forced = await data(dir, "reinitialize", "--force");
  expect(forced).toMatchObject({
    history: "rebuilt",
    checkpoint: "none",
    former_agent: null,
    summaries: 1,
  });
});

test("a history that holds fewer entries than there are summaries says so", async () => {
  const { dir, folder } = await activeCheckout();
  await cabinet(dir, ["run-state", "open"]);
  for (const plan of ["01", "02", "03"])
    writeFileSync(join(folder, `summaries/${plan}-SUMMARY.md`), "");
  const path = join(folder, "agent-history.json");
  for (const [max_entries, rest] of [
    [2, "the last 2 of them"],
    [0, "none of them"],
  ]) {
    writeFileSync(path, JSON.stringify({ max_entries, entries: [] }));
    const rebuilt = await cabinet(dir, ["run-state", "reinitialize", "--force"]);
    expect(rebuilt.stdout).toBe(
      `The agent history was built anew from 3 summaries, and holds ${rest}.\n`,
    );
  }
});

test("commands that change a run at the same time wait for each other", async () => {
  const { dir, folder } = await activeCheckout();
  const titles = Array.from({ length: 12 }, (_, index) => `issue ${index}`);
  const endings = await Promise.all(
    titles.map((title) => cabinet(dir, ["run-state", "issue", title])),
  );
  expect(endings.filter(({ code }) => code !== 0)).toEqual([]);
  expect(readFileSync(join(folder, "ISSUES.md"), "utf8").match(/^## /gm)).toHaveLength(12);
});

test("a command waits for one that has the run for longer than an executor is waited for", async () => {
  const { dir, folder } = await activeCheckout();
  const other = await openRunState(folder, { executor: "cabinet" });
  const over = cabinet(dir, ["run-state", "issue", "later"]);
  const refused = await openRunState(folder, { executor: "x", timeoutMilliseconds: 2500 }).catch(
    (error: unknown) => error,
  );
  expect(refused).toMatchObject({ code: "PLANNING_RUN_HELD" });
  await other.close();
  expect(await over).toMatchObject({ code: 0 });
});

interface RunFailure extends Omit<Failure, "prepare"> {
  readonly prepare?: (dir: string) => void | Promise<void>;
}

const FAILURES: readonly RunFailure[] = [
  {
    title: "no spec is active",
    args: ["resume"],
    prepare: async (dir: string) => void (await cabinet(dir, ["planning", "deactivate"])),
    code: "CABINET_NO_ACTIVE_SPEC",
    sentence: () => "No spec is active in this checkout.",
  },
  {
    title: "the spec is not set up",
    args: ["open", "--spec", "nothing"],
    code: "PLANNING_SPEC_NOT_FOUND",
    sentence: () => 'In this checkout there is no spec "nothing".',
  },
  {
    title: "the folder is nowhere",
    args: ["open", "--folder", "a/b/c"],
    code: "PLANNING_RUN_FOLDER_MISSING",
    sentence: (dir: string) => `There is no run in ${dir}/a/b/c: there is no folder ${dir}/a/b.`,
  },
  ...[[], ["resume"]].map((word) => ({
    title: `the folder that ${word[0] ?? "run-state"} looks at is not there`,
    args: [...word, "--folder", "none"],
    code: "PLANNING_RUN_FOLDER_MISSING",
    sentence: (dir: string) => `There is no run in ${dir}/none: there is no such folder.`,
  })),
  {
    title: "the folder is a file",
    args: ["resume", "--folder", "file"],
    prepare: (dir: string) => writeFileSync(join(dir, "file"), ""),
    code: "PLANNING_RUN_FOLDER_MISSING",
    sentence: (dir: string) => `There is no run in ${dir}/file: it is no folder.`,
  },
  {
    title: "the plan has a summary",
    args: ["summary", "1"],
    prepare: (dir: string) => writeFileSync(join(runOf(dir), "summaries/01-SUMMARY.md"), ""),
    code: "PLANNING_SUMMARY_EXISTS",
    sentence: () => 'No summary was written: the plan "1" has a summary: 01-SUMMARY.md.',
  },
  {
    title: "the state has two fields of that name",
    args: ["write", "--field", "Plan=1"],
    prepare: (dir: string) => writeFileSync(join(runOf(dir), "STATE.md"), "Plan: 1\n**Plan:** 2\n"),
    code: "PLANNING_RUN_DAMAGED",
    sentence: (dir: string) =>
      `${runOf(dir)}/STATE.md is damaged: it has 2 fields "Plan", and which one is meant cannot be told. It was left as it is.`,
  },
  {
    title: "the questions cannot be read",
    args: ["resume"],
    prepare: (dir: string) => writeFileSync(join(runOf(dir), "clarifications.md"), "```\n"),
    code: "PLANNING_RUN_DAMAGED",
    sentence: (dir: string) =>
      `${runOf(dir)}/clarifications.md is damaged: it holds code or a comment that is not closed. It was left as it is.`,
  },
  {
    title: "the history is too large",
    args: ["resume"],
    prepare: (dir: string) =>
      writeFileSync(join(runOf(dir), "agent-history.json"), " ".repeat(2 ** 20 + 1)),
    code: "PLANNING_TOO_LARGE",
    sentence: (dir: string) =>
      `${runOf(dir)}/agent-history.json is not read: it is larger than 1 MiB. It was left as it is.`,
  },
  {
    title: "the checkpoint is damaged",
    args: ["resume"],
    prepare: (dir: string) => writeFileSync(join(runOf(dir), "checkpoint.json"), '{"plan": []}'),
    code: "PLANNING_RUN_DAMAGED",
    sentence: (dir: string) =>
      `${runOf(dir)}/checkpoint.json is damaged: its plan is no text. It was left as it is.`,
  },
  {
    title: "the history is of a newer version",
    args: ["agent", "a1", "spawned"],
    prepare: (dir: string) =>
      writeFileSync(join(runOf(dir), "agent-history.json"), '{"version":"3.1","entries":[]}'),
    code: "PLANNING_RUN_NEWER",
    sentence: (dir: string) =>
      `${runOf(dir)}/agent-history.json is of a newer Cabinet: its version is 3.1, and this version of Cabinet knows 1.0. It was left as it is.`,
  },
  {
    title: "the history is of a newer version, whatever the force",
    args: ["reinitialize", "--force"],
    prepare: (dir: string) =>
      writeFileSync(join(runOf(dir), "agent-history.json"), '{"version":"3.1","entries":[]}'),
    code: "PLANNING_RUN_NEWER",
    sentence: (dir: string) =>
      `${runOf(dir)}/agent-history.json is of a newer Cabinet: its version is 3.1, and this version of Cabinet knows 1.0. It was left as it is.`,
  },
  {
    title: "the run is sound",
    args: ["reinitialize"],
    code: "PLANNING_RUN_SOUND",
    sentence: (dir: string) =>
      `The run in ${runOf(dir)} was left as it is: its agent history and its checkpoint are sound: there is nothing to rebuild.`,
  },
  {
    title: "another agent runs",
    args: ["agent", "a2", "spawned"],
    prepare: (dir: string) => {
      const entry = { agent_id: "a1", status: "spawned", plan: "01" };
      writeFileSync(join(runOf(dir), "agent-history.json"), JSON.stringify({ entries: [entry] }));
      writeFileSync(join(runOf(dir), "current-agent-id.txt"), "a1\n");
    },
    code: "PLANNING_AGENT_RUNNING",
    sentence: () =>
      'Nothing was recorded: the agent "a1" is running on plan "01", and one runs at a time.',
  },
  {
    title: "the agent is unknown",
    args: ["agent", "a9", "completed"],
    code: "PLANNING_AGENT_UNKNOWN",
    sentence: () => 'Nothing was recorded: there is no entry of the agent "a9".',
  },
  {
    title: "there is no such question",
    args: ["clarify", "--id", "C-7", "--answer", "x"],
    code: "PLANNING_CLARIFICATION_UNKNOWN",
    sentence: () => "No answer was recorded: there is no clarification C-7.",
  },
  {
    title: "the issues are full",
    args: ["issue", "one"],
    prepare: (dir: string) => writeFileSync(join(runOf(dir), "ISSUES.md"), "x".repeat(2 ** 20)),
    code: "PLANNING_RUN_FULL",
    sentence: (dir: string) =>
      `${runOf(dir)}/ISSUES.md is full: it would be larger than 1 MiB. Nothing was changed.`,
  },
];

const runOf = (dir: string): string => join(dir, ".planning/login/.long-run");

test.each(FAILURES)("in one sentence and with a next step: $title", async (failure) => {
  const { dir } = await activeCheckout();
  await cabinet(dir, ["run-state", "open"]);
  await failure.prepare?.(dir);
  const { title, code, sentence } = failure;
  await assertFailure(
    dir,
    { title, code, sentence, args: ["run-state", ...failure.args] },
    cabinet,
  );
});

test.each([
  [["agent", "a1", "sleeping"], '"sleeping" is no status of an agent:'],
  [["agent", "a\nb", "spawned"], "This cannot be recorded: the agent id holds a line break"],
  [["checkpoint", "--task", "1", "--of", "2"], "Of which plan? --plan <id> is missing."],
  [["checkpoint", "--plan", "1", "--of", "2"], "--task is missing."],
  [
    ["checkpoint", "--plan", "1", "--task", "-1", "--of", "2"],
    "--task needs a value, and -1 looks like an option.",
  ],
  [
    ["checkpoint", "--plan", "1", "--task", "x", "--of", "2"],
    '--task takes a whole number from 0, not "x".',
  ],
  [
    ["checkpoint", "--plan", "1", "--task", "3", "--of", "2"],
    "This cannot be recorded: task 3 is none of 2.",
  ],
  [
    ["checkpoint", "--plan", "../x", "--task", "1", "--of", "2"],
    'This cannot be recorded: "../x" is no id',
  ],
  [["summary", "../x"], 'This cannot be recorded: "../x" is no id of a plan:'],
  [
    ["summary", "01", "--status", "a b"],
    "This cannot be recorded: the status of a plan is one word",
  ],
  [["write", "--field", "a= <!-- b"], "This cannot be recorded: the value of the field"],
  [["write"], "Nothing to write: give --field or --section."],
  [["write", "--field", "x"], '"x" is no <name>=<value>.'],
  [["write", "--field", "x=1", "--field", "x=2"], 'The field "x" is given twice.'],
  [["write", "--section", "x"], "A section takes both, --section and --body."],
  [
    ["write", "--section", "x", "--body", "# out"],
    "This cannot be recorded: the body would change",
  ],
  [["clarify"], "Give a question, or --id and --answer."],
  [["clarify", "--id", "C-1"], "What is the answer? --answer is missing."],
  [
    ["clarify", "x", "--id", "C-1", "--answer", "y"],
    "With --id comes an answer, and nothing else.",
  ],
  [["issue", "a\nb"], "This cannot be recorded: the title holds a line break"],
  [["open", "--spec", "login", "--folder", "."], "Give --spec or --folder, not both."],
  [["run"], "Something is missing: this command takes -- <command> [<args>...]."],
])("%j is not understood: exit 2 and one sentence", async (args, sentence) => {
  const { dir } = await activeCheckout();
  await cabinet(dir, ["run-state", "open"]);
  const { code, stdout, stderr } = await cabinet(dir, ["run-state", ...args]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(`error: ${sentence}`);
});

test("a run that a link leads out of the checkout with is not used", async () => {
  const { dir, folder } = await activeCheckout();
  const outside = temporaryFolder();
  symlinkSync(outside, folder);
  const args = ["run-state", "open"];
  const sentence = (): string =>
    `${folder} is not used: it is a link that leads out of ${dir}/.planning. Nothing was changed.`;
  await assertFailure(dir, { title: "", args, code: "PLANNING_OUTSIDE", sentence }, cabinet);
});

test("what agents wrote does not reach the terminal as it is", async () => {
  const dir = checkout([]);
  const hostile = "a\u009b\u202e\u001b[2Jb";
  mkdirSync(join(dir, "run/plans"), { recursive: true });
  writeFileSync(join(dir, `run/plans/${hostile}-PLAN.md`), "");
  const entry = { agent_id: hostile, plan: hostile, status: hostile, agent_type: hostile };
  writeFileSync(join(dir, "run/agent-history.json"), JSON.stringify({ entries: [entry] }));
  writeFileSync(
    join(dir, "run/executor.json"),
    JSON.stringify({ executor: hostile, token: "t", pid: 1 }),
  );
  const runs = [
    [],
    ["resume"],
    ["clarify", hostile],
    ["issue", "x", "--body", hostile],
    ["issue", "\u202e"],
    ["agent", hostile, "spawned"],
    ["agent", hostile, "completed"],
    ["summary", hostile],
    ["summary", "01", "--status", hostile],
    ["write", "--section", "a", "--body", hostile],
    ["write", "--field", `${hostile}=${hostile}`],
    ["run", "--executor", hostile, "--", "true"],
  ];
  for (const [word = "", ...rest] of runs) {
    const args = ["run-state", ...(word === "" ? [] : [word]), "--folder", "run", ...rest];
    const plain = await cabinet(dir, args);
    assertPrintable(plain.stdout + plain.stderr);
    const json = await cabinet(dir, ["--json", ...args]);
    assertPrintable(json.stdout + json.stderr);
  }
});
