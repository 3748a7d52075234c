import fc from "fast-check";
import { expect, test } from "vitest";

import { EMPTY_HISTORY, entryOf } from "./agent-history.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { plansOf, summarizedPlans } from "./plan-files.ts";
import { byPlan, isSamePlan, orderedPlans } from "./plan-id.ts";
import { rebuiltHistory } from "./rebuilt-history.ts";
import { resumeOf, type RunSnapshot } from "./resume.ts";
import { unsuccessfulPlans } from "./summary-facts.ts";

const agent = { ...entryOf({ agent_id: "a1", status: "spawned" }), agent_id: "a1" };
const half: Checkpoint = {
  plan: "02",
  last_completed_task: 1,
  total_tasks: 3,
  task_commits: [],
  finished_plans: [],
};
const full = { ...half, last_completed_task: 3 };
const asked = { id: "C-1", question: "Which?", plan: null, answer: null };
const nothing: RunSnapshot = {
  agent: undefined,
  checkpoint: undefined,
  plans: [],
  summarized: [],
  unsuccessful: () => [],
  clarifications: [],
};
const all: RunSnapshot = {
  agent,
  checkpoint: half,
  plans: ["01", "02", "03"],
  summarized: ["01"],
  unsuccessful: () => ["01"],
  clarifications: [asked],
};

test("a running agent comes first, then a plan half done, then the next plan, then a question", () => {
  const pending = [asked];
  expect(resumeOf(all)).toEqual({ kind: "agent", agent, pending });
  const noAgent = { ...all, agent: undefined };
  expect(resumeOf(noAgent)).toEqual({ kind: "checkpoint", checkpoint: half, pending });
  const between = {
    kind: "between-plans",
    finished: ["01", "02"],
    unsuccessful: ["01"],
    next: "03",
    pending,
  };
  expect(resumeOf({ ...noAgent, checkpoint: full })).toEqual(between);
  expect(resumeOf({ ...noAgent, summarized: ["1", "2"] })).toEqual(between);
  const done = { ...noAgent, summarized: ["01", "02", "03"] };
  expect(resumeOf(done)).toEqual({ kind: "clarification", clarification: asked, pending });
  expect(resumeOf({ ...done, clarifications: [{ ...asked, answer: "x" }] })).toEqual({
    kind: "nothing",
    finished: ["01", "02", "03"],
    unsuccessful: ["01"],
    next: null,
    pending: [],
  });
});

test("a plan is finished by the checkpoint that came after its own as well", () => {
  const later = { ...full, plan: "3", finished_plans: ["1", "02"] };
  const plans = ["01", "02", "03", "04"];
  expect(resumeOf({ ...nothing, plans, checkpoint: later })).toMatchObject({
    kind: "between-plans",
    finished: ["01", "02", "03"],
    next: "04",
  });
});

test("a run that has not begun has a first plan, and nothing to resume", () => {
  expect(resumeOf({ ...nothing, plans: ["01", "02"] })).toEqual({
    kind: "nothing",
    finished: [],
    unsuccessful: [],
    next: "01",
    pending: [],
  });
});

test("a plan of which no task is completed yet was begun", () => {
  const begun = { ...half, last_completed_task: 0 };
  expect(resumeOf({ ...nothing, checkpoint: begun })).toMatchObject({ kind: "checkpoint" });
});

test("plans are named by their files, in the order in which people count", () => {
  const plans = [
    "10-PLAN.md",
    "2.md",
    "02-1-PLAN.md",
    "02-PLAN.md",
    "2.1.md",
    "3a.md",
    "login-PLAN.md",
  ];
  expect(plansOf(plans)).toEqual(["02", "02-1", "2.1", "3a", "10", "login"]);
  expect(summarizedPlans(["10-SUMMARY.md", "02-1-SUMMARY.md", "02.md"])).toEqual(["02-1", "10"]);
  expect(["b2", "b10", "a"].toSorted(byPlan)).toEqual(["a", "b2", "b10"]);
});

test.each([
  "README.md",
  "01-CONTEXT.md",
  "01-SUMMARY.md",
  "._01-PLAN.md",
  "-PLAN.md",
  "PLAN.md",
  ".md",
  "notes.txt",
  "01-PLAN.md.tmp",
])("a file %s in plans/ is no plan", (name) => {
  expect(plansOf([name])).toEqual([]);
});

test("the copy of a summary for another system finishes no plan", () => {
  expect(summarizedPlans(["._01-SUMMARY.md"])).toEqual([]);
});

test("ids are compared part by part, as numbers", () => {
  for (const other of ["2-1", "02-01", "002-1"]) expect(isSamePlan("02-1", other)).toBe(true);
  for (const other of ["2.1", "21", "2-10", "2"]) expect(isSamePlan("02-1", other)).toBe(false);
  expect(isSamePlan("03a", "3a")).toBe(true);
  expect(isSamePlan("a01", "a1")).toBe(false);
  expect(orderedPlans(["10", "2", "02", "1-1"], ["02", "01-01"])).toEqual(["01-01", "02", "10"]);
});

const plans = fc.uniqueArray(fc.constantFrom("01", "02", "02-1", "03", "10"));
const snapshot: fc.Arbitrary<RunSnapshot> = fc.record({
  agent: fc.option(fc.constant(agent), { nil: undefined }),
  checkpoint: fc.option(
    fc.constantFrom(
      half,
      full,
      { ...full, finished_plans: ["1", "03"] },
      { ...half, plan: "10", total_tasks: 0, last_completed_task: 0 },
    ),
    { nil: undefined },
  ),
  plans: plans.map((names) => names.toSorted(byPlan)),
  summarized: plans.map((names) => names.toSorted(byPlan)),
  unsuccessful: fc.constant(() => []),
  clarifications: fc.array(fc.constantFrom(asked, { ...asked, answer: "x" }), { maxLength: 2 }),
});

test("nothing that waits is passed over, and nothing that is done is begun again", () => {
  fc.assert(
    fc.property(snapshot, (known) => {
      const resume = resumeOf(known);
      const { checkpoint } = known;
      const isSummarized = (plan: string): boolean => known.summarized.includes(plan);
      const isHalf =
        checkpoint !== undefined &&
        checkpoint.last_completed_task < checkpoint.total_tasks &&
        !isSummarized(checkpoint.plan);
      const isListed = (plan: string): boolean =>
        checkpoint?.finished_plans.some((other) => isSamePlan(other, plan)) ?? false;
      const isOpen = (plan: string): boolean =>
        !isSummarized(plan) && !isListed(plan) && (isHalf || checkpoint?.plan !== plan);
      const rank = ["agent", "checkpoint", "between-plans", "clarification", "nothing"];
      const isBegun = known.summarized.length > 0 || (checkpoint !== undefined && !isHalf);
      const waits = [
        known.agent !== undefined,
        isHalf,
        isBegun && known.plans.some(isOpen),
        known.clarifications.some(({ answer }) => answer === null),
        true,
      ];
      expect(rank.indexOf(resume.kind)).toBe(waits.indexOf(true));
      const next = resume.kind === "between-plans" ? resume.next : undefined;
      expect(next).toBe(next && known.plans.find(isOpen));
      const unanswered = known.clarifications.filter(({ answer }) => answer === null);
      expect(resume.pending).toEqual(unanswered);
    }),
  );
});

test("a history is rebuilt from what each summary says of itself, and no more", () => {
  const written = "2026-07-01T10:00:00.000Z";
  const matter = (text: string): string => `---\n${text}\n---\n\n# Summary\n`;
  const history = rebuiltHistory([
    { plan: "10", written, text: matter("status: failed\nagent_id: a7\nagent_type: coder") },
    { plan: "02-1", written, text: matter("status: completed") },
    { plan: "03", written, text: "# No front matter\nstatus: completed\n" },
    { plan: "04", written, text: matter("status: spawned\nagent_id: a8") },
    { plan: "05", written, text: matter("status: [not, text]") },
    { plan: "06", written, text: undefined },
  ]);
  const shown = history.entries.map(({ plan, status, agent_id }) => [plan, status, agent_id]);
  expect(shown).toEqual([
    ["02-1", "completed", null],
    ["03", "unknown", null],
    ["04", "unknown", "a8"],
    ["05", "unknown", null],
    ["06", "unknown", null],
    ["10", "failed", "a7"],
  ]);
  expect(history.entries[0]).toEqual({
    agent_id: null,
    agent_type: null,
    task_description: null,
    plan: "02-1",
    timestamp: written,
    status: "completed",
    completion_timestamp: null,
  });
  expect(rebuiltHistory([])).toEqual(EMPTY_HISTORY);
});

test("a history that is rebuilt keeps what else its document holds, and no more entries than that says", () => {
  const summaries = ["01", "02", "03"].map((plan) => ({ plan, written: "", text: "" }));
  const former = { version: "1.2", max_entries: 2, owner: { name: "us" }, entries: "torn" };
  const { document, entries } = rebuiltHistory(summaries, former);
  expect(document).toEqual({ ...former, entries });
  expect(entries.map(({ plan }) => plan)).toEqual(["02", "03"]);
  const large = { ...former, note: "x".repeat(2 ** 20) };
  expect(rebuiltHistory(summaries, large)).toEqual(rebuiltHistory(summaries));
});

test("a plan that is over without success is named as it is in plans/, and one that says nothing is not", () => {
  const summary = (plan: string, status: string) => ({
    plan,
    written: "",
    text: `---\nstatus: ${status}\n---\n`,
  });
  const summaries = [
    summary("10", "failed"),
    summary("02-1", "timeout"),
    summary("2-1", "failed"),
    summary("03", "completed"),
    summary("04", "unknown"),
    summary("05", "spawned"),
    { plan: "06", written: "", text: undefined },
  ];
  expect(unsuccessfulPlans(summaries, ["02-01"])).toEqual(["02-01", "10"]);
});
