import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { assertFailure, type Failure } from "./assert-failure.ts";
import { cabinet } from "./run-cabinet-here.ts";
import { activeCheckout } from "./spec-checkout.ts";

const runOf = (dir: string): string => join(dir, ".planning/login/.long-run");

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

test.each(FAILURES)("in one sentence and with a next step: $title", async (failure) => {
  const { dir } = await activeCheckout();
  await cabinet(dir, ["run-state", "open"]);
  await failure.prepare?.(dir);
  const { code, sentence } = failure;
  await assertFailure(dir, { code, sentence, args: ["run-state", ...failure.args] }, cabinet);
});

test.each([
  [["agent", "a1", "sleeping"], '"sleeping" is no status of an agent.'],
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
  await assertFailure(dir, { args, code: "PLANNING_OUTSIDE", sentence }, cabinet);
});
