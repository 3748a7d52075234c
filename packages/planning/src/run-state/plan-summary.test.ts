import { existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { detectResume, openRunState } from "./index.ts";
import { assertSummary, renderSummary } from "./plan-summary.ts";
import { rebuiltHistory } from "./rebuilt-history.ts";

async function openRun() {
  const run = await openRunState(join(temporaryFolder(), ".long-run"), { executor: "one" });
  onTestFinished(() => run.close());
  const read = (name: string): string => readFileSync(join(run.folder, "summaries", name), "utf8");
  return { run, read };
}

const withCode = (code: string) => expect.objectContaining({ code });

test("a summary has its facts in front, and its text below", async () => {
  const { run, read } = await openRun();
  const body = "\n# Done\r\n\r\nAll \u001b[2J of it.\n\n";
  const summary = await run.writeSummary({ plan: "02-1", body });
  expect(summary).toEqual({
    plan: "02-1",
    status: "completed",
    path: join(run.folder, "summaries/02-1-SUMMARY.md"),
  });
  expect(read("02-1-SUMMARY.md")).toBe(
    "---\nplan: 02-1\nstatus: completed\n---\n\n# Done\n\nAll \u241b[2J of it.\n",
  );
});

test.each(["01", "2.1", "true", "a: b", "null", "漢"])(
  "what is written of plan %j is what a history is rebuilt from",
  (plan) => {
    const text = renderSummary({ plan, status: "null" });
    const { entries } = rebuiltHistory([{ plan, written: "", text }]);
    expect(entries).toMatchObject([{ plan, status: "null" }]);
  },
);

test("a plan with a summary is over, whatever its status", async () => {
  const { run } = await openRun();
  for (const plan of ["01", "02"]) writeFileSync(join(run.folder, `plans/${plan}-PLAN.md`), "");
  await run.writeCheckpoint({ plan: "01", last_completed_task: 1, total_tasks: 3 });
  await run.writeSummary({ plan: "1", status: "failed" });
  expect(await detectResume(run.folder)).toMatchObject({
    kind: "between-plans",
    finished: ["01"],
    next: "02",
  });
});

test("a summary is not written over another one of that plan, unless it is to be replaced", async () => {
  const { run, read } = await openRun();
  await run.writeSummary({ plan: "02-1", body: "first" });
  for (const plan of ["02-1", "2-01"]) {
    await expect(run.writeSummary({ plan, body: "second" })).rejects.toThrow(
      withCode("PLANNING_SUMMARY_EXISTS"),
    );
  }
  expect(read("02-1-SUMMARY.md")).toContain("first");
  const { path } = await run.writeSummary({ plan: "2-1", status: "failed", replace: true });
  expect(basename(path)).toBe("02-1-SUMMARY.md");
  expect(read("02-1-SUMMARY.md")).toContain("status: failed");
});

test("a summary does not follow a link that leads out of the run", async () => {
  const { run } = await openRun();
  const outside = join(temporaryFolder(), "outside");
  symlinkSync(outside, join(run.folder, "summaries/01-SUMMARY.md"));
  await expect(run.writeSummary({ plan: "01" })).rejects.toThrow(withCode("PLANNING_OUTSIDE"));
  expect(existsSync(outside)).toBe(false);
});

test.each([
  { plan: "../01" },
  { plan: "a/b" },
  { plan: "._01" },
  { plan: "" },
  { plan: "x".repeat(250) },
  { status: "two words" },
  { status: "" },
  { status: "x".repeat(41) },
  { status: "spawned" },
  { body: "x".repeat(65_537) },
])("%o is no summary", (fields) => {
  expect(() => assertSummary({ plan: "01", ...fields })).toThrow(withCode("PLANNING_RUN_INVALID"));
});
