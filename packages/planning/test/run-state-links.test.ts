import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

import { expect, test } from "vitest";

import {
  detectResume,
  joinRunState,
  listAgents,
  listClarifications,
  listIssues,
  openRunState,
  readCheckpoint,
  readExecutor,
  reinitializeFromSummaries,
} from "@x/planning/run-state";

import { temporaryFolder } from "../../../test/temporary-folder.ts";

/** Each file of a run, and what would be read from it if a link led there. */
const SECRETS: Readonly<Record<string, string>> = {
  "STATE.md": "# secret\n",
  "agent-history.json": '{"entries": [{"agent_id": "secret", "status": "spawned"}]}',
  "current-agent-id.txt": "secret\n",
  "checkpoint.json": '{"plan": "secret", "last_completed_task": 1, "total_tasks": 2}',
  "ISSUES.md": "## ISS-1: secret\n",
  "clarifications.md": "## C-1\n\n> secret\n",
  ".gitignore": "secret\n",
  "executor.json": '{"executor": "secret", "token": "secret", "pid": 1}',
  "summaries/01-SUMMARY.md": "---\nstatus: secret\nagent_id: secret\n---\n",
};
const FOLDERS = ["plans", "summaries"];
const NAMES = [...Object.keys(SECRETS), ...FOLDERS];
const TARGETS = ["what lies outside", "nothing"] as const;
const MATRIX = NAMES.flatMap((name) => TARGETS.map((target) => [name, target] as const));

/** What may be such a link when a run is opened: `open` looks at none of them, or takes no word of it for true. */
const UNUSED_BY_OPEN = new Set([
  "checkpoint.json",
  "current-agent-id.txt",
  "summaries/01-SUMMARY.md",
]);

/** A run that has been worked on, and a folder beside it. */
async function runBesideOther(): Promise<{ folder: string; outside: string }> {
  const top = temporaryFolder();
  const [folder, outside] = [join(top, ".long-run"), join(top, "outside")];
  mkdirSync(outside);
  const run = await openRunState(folder, { executor: "one" });
  await run.writeCheckpoint({ plan: "02", last_completed_task: 1, total_tasks: 2 });
  await run.writeSummary({ plan: "01" });
  await run.close();
  return { folder, outside };
}

/** Puts a link in the place of a file or a folder. */
function plant(folder: string, outside: string, name: string, target: string): void {
  const there = join(outside, "there");
  if (target === "what lies outside") {
    const secret = SECRETS[name];
    if (secret === undefined) {
      mkdirSync(there);
      for (const kind of ["PLAN", "SUMMARY"]) {
        writeFileSync(join(there, `secret-${kind}.md`), "---\nstatus: secret\n---\n");
      }
    } else writeFileSync(there, secret);
  }
  rmSync(join(folder, name), { recursive: true, force: true });
  symlinkSync(there, join(folder, name));
}

/** All that is in a folder, with its content. */
function contents(folder: string): (readonly [string, string])[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [path, existsSync(path) ? readFileSync(path, "utf8") : ""]);
}

const open = (folder: string) => openRunState(folder, { executor: "two", timeoutMilliseconds: 0 });
const rebuild = (folder: string, force: boolean) =>
  reinitializeFromSummaries(folder, { executor: "two", force, timeoutMilliseconds: 0 });

/** All that only looks. */
const readings = (folder: string) =>
  [detectResume, listAgents, listClarifications, listIssues, readCheckpoint, readExecutor].map(
    (read) => read(folder),
  );

/** All that changes a run, by one who has it already when the link is put there. */
function changes(run: Awaited<ReturnType<typeof joinRunState>>): readonly Promise<unknown>[] {
  return [
    run.writeState({ fields: { Plan: "01" } }),
    run.recordAgent({ agent_id: "a1", status: "spawned" }),
    run.writeCheckpoint({ plan: "02", last_completed_task: 2, total_tasks: 2 }),
    run.writeSummary({ plan: "01", replace: true }),
    run.appendIssue({ title: "Slow" }),
    run.recordClarification({ question: "Why?" }),
    run.recordAgent({ agent_id: "a1", status: "completed" }),
    run.reinitialize({ force: true }),
  ];
}

/** The results of those that were not refused tell of nothing that lies outside. */
async function assertNothingTold(calls: readonly Promise<unknown>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(calls)) {
    const told = outcome.status === "fulfilled" ? JSON.stringify(outcome.value) : "";
    expect(told ?? "").not.toContain("secret");
  }
}

test.each(MATRIX)("a link %s to %s: who has the run does not follow it", async (name, target) => {
  const { folder, outside } = await runBesideOther();
  const run = await open(folder);
  const guest = await joinRunState(folder, run.token);
  plant(folder, outside, name, target);
  const before = contents(outside);
  await assertNothingTold([...changes(run), ...changes(guest), ...readings(folder)]);
  await run.close().catch(() => {
    // With a link in the place of the claim nobody can say whose the run is.
  });
  expect(contents(outside)).toEqual(before);
});

test.each(MATRIX)("a link %s to %s: who comes does not follow it", async (name, target) => {
  const { folder, outside } = await runBesideOther();
  plant(folder, outside, name, target);
  const before = contents(outside);
  await assertNothingTold(readings(folder));
  for (const force of [false, true]) await assertNothingTold([rebuild(folder, force)]);
  const opened = open(folder).then((run) => run.close());
  const code = await opened.then(
    () => undefined,
    (error: { code: unknown }) => error.code,
  );
  expect(code).toBe(UNUSED_BY_OPEN.has(name) ? undefined : "PLANNING_OUTSIDE");
  expect(contents(outside)).toEqual(before);
});

test("the folder of a run is none where a link to nothing is in its place", async () => {
  const folder = join(temporaryFolder(), ".long-run");
  symlinkSync(join(dirname(folder), "nothing"), folder);
  for (const call of [
    () => open(folder),
    () => detectResume(folder),
    () => rebuild(folder, true),
  ]) {
    await expect(call()).rejects.toThrow(/a link that leads to nothing|no such folder/);
  }
  expect(readdirSync(dirname(folder))).toEqual([".long-run"]);
});
