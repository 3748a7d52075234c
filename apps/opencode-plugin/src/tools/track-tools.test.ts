import { expect, test } from "vitest";

import { git, gitRepository } from "../../test/support/git-repository.ts";
import {
  AGENT,
  inDatabase,
  openTrackedSession,
  SESSION,
} from "../../test/support/tracked-session.ts";
import { createTrackTools } from "./track-tools.ts";

const PROJECT = "/the/project";
const HASH = "a".repeat(40);
const OTHER = "plan@local/scripted";

function open() {
  const tracked = openTrackedSession();
  const { record, sessions, path } = tracked;
  const directory = gitRepository();
  const tools = createTrackTools({ record, sessions, project: PROJECT, directory });
  const call = async (name: string, args: object, sessionID = SESSION): Promise<unknown> => {
    const tool = tools.find((one) => one.name === name);
    return JSON.parse((await tool?.execute(args, { sessionID })) ?? "null");
  };
  const commit = (hash = HASH, subject = "the login"): Promise<void> => {
    sessions.hearOf(SESSION).lastCommit = { hash, project: PROJECT, subject };
    return record.service.commitCompleted(AGENT, hash, PROJECT, subject);
  };
  /** What is on record then. */
  const stored = async () => {
    await record.flush();
    return inDatabase(path, async (database) => ({
      grades: await database.listCommunicationEvents(),
      retrospectives: await database.getRetrospectives(AGENT),
      journal: await database.getActivities(AGENT),
      journalOfOther: await database.getActivities(OTHER),
    }));
  };
  return { ...tracked, directory, tools, call, commit, stored };
}

test("each tool says what it is for, and each of its arguments", () => {
  const { tools } = open();
  expect(tools.map(({ name }) => name)).toEqual([
    "cabinet_grade",
    "cabinet_bug",
    "cabinet_journal",
  ]);
  for (const { description, jsonSchema } of tools) {
    expect(description).toMatch(/\.$/);
    const { properties } = jsonSchema as { properties: Record<string, { description?: string }> };
    for (const argument of Object.values(properties)) expect(argument.description).toMatch(/\w/);
  }
  expect(tools.map(({ jsonSchema }) => Reflect.get(Object(jsonSchema), "required"))).toEqual([
    ["agent_grade"],
    undefined,
    ["task", "outcome"],
  ]);
});

test("a grade without a hash is that of the last commit; without a note there is no retrospective", async () => {
  const { call, commit, stored } = open();
  await commit("b".repeat(40));
  await commit();
  const answer = await call("cabinet_grade", { agent_grade: 2 });
  expect(answer).toMatchObject({ graded: HASH, agent: { communication_score: 62 } });
  const { grades, retrospectives } = await stored();
  expect(grades).toMatchObject([
    { agent_id: AGENT, commit_hash: HASH, project_path: PROJECT, grade: 2 },
  ]);
  expect(retrospectives).toEqual([]);
});

test("with a note it becomes a retrospective, with both grades and the score before and after", async () => {
  const { call, commit, stored } = open();
  await commit();
  await call("cabinet_grade", { agent_grade: 2, user_grade: 5, note: "went well" });
  const { grades, retrospectives } = await stored();
  expect(grades.map(({ grade }) => grade).toSorted((one, other) => one - other)).toEqual([2, 5]);
  expect(retrospectives).toMatchObject([
    {
      commit: HASH,
      task: "the login",
      agent_grade: 2,
      user_grade: 5,
      score_before: 60,
      score_after: 67,
      agent_note: "went well",
    },
  ]);
});

test("a commit of another session is graded by its hash; its task is not known, the user neutral", async () => {
  const { directory, call, commit, stored } = open();
  await commit();
  git(directory, "commit", "--quiet", "--allow-empty", "--message=before");
  const [hash, note] = [git(directory, "rev-parse", "HEAD"), "not so well"];
  const short = hash.slice(0, 10);
  expect(await call("cabinet_grade", { agent_grade: -1, commit: short, note })).toMatchObject({
    graded: hash,
    agent: { communication_score: 59 },
  });
  const { grades, retrospectives } = await stored();
  expect(grades).toMatchObject([{ commit_hash: hash, grade: -1 }]);
  const own = { commit: hash, task: "", user_grade: 1, score_before: 60, score_after: 59 };
  expect(retrospectives).toMatchObject([own]);
});

test("a commit is graded once, and one that is not there never", async () => {
  const { call, commit, record } = open();
  await commit();
  await call("cabinet_grade", { agent_grade: 2 });
  for (const given of [{}, { commit: HASH }]) {
    const again = call("cabinet_grade", { agent_grade: 5, ...given });
    await expect(again).rejects.toThrow(`you have graded ${HASH} already`);
  }
  for (const unknown of ["c".repeat(40), "--all", "HEAD"]) {
    const none = call("cabinet_grade", { agent_grade: 5, commit: unknown });
    await expect(none).rejects.toThrow(`there is no commit "${unknown}" in this repository`);
  }
  const status = await record.service.getAgentStatus(AGENT);
  expect(status).toMatchObject({ communication_score: 62 });
});

test("without a commit, or with a grade that is none, nothing is graded", async () => {
  const { call, commit, record } = open();
  await expect(call("cabinet_grade", { agent_grade: 2 })).rejects.toThrow(/no commit of yours/);
  await commit();
  for (const agent_grade of [0, 3, "2", undefined]) {
    await expect(call("cabinet_grade", { agent_grade })).rejects.toThrow(
      /^cabinet_grade: agent_grade/,
    );
  }
  const status = await record.service.getAgentStatus(AGENT);
  expect(status).toMatchObject({ communication_score: 60, experience_points: 5 });
});

test("a bug costs the one who reports it its point, and is in its journal", async () => {
  const { call, stored, toasts } = open();
  const answer = await call("cabinet_bug", { what: "it was wrong" });
  expect(answer).toMatchObject({ agent: { id: AGENT, halted: true, total_bugs: 1 } });
  const { journal } = await stored();
  expect(journal).toMatchObject([
    { task: "bug", outcome: "it was wrong", actions: `reported by ${AGENT}` },
  ]);
  expect(toasts).toEqual([`${AGENT} is halted: it has no skill points left`]);
});

test("a bug of another agent is theirs, if anybody knows them", async () => {
  const { call, record, stored } = open();
  await expect(call("cabinet_bug", { agent: OTHER })).rejects.toThrow(
    `no agent ${OTHER} is on record; \`cabinet tracker agents\` lists those that are`,
  );
  await record.service.trackToolUsage({ agentId: OTHER }, {});
  expect(await call("cabinet_bug", { agent: OTHER, what: "theirs" })).toMatchObject({
    agent: { id: OTHER, halted: true },
  });
  expect(await record.service.getAgentStatus(AGENT)).toBeNull();
  const { journal, journalOfOther } = await stored();
  expect(journal).toEqual([]);
  expect(journalOfOther).toMatchObject([{ outcome: "theirs", actions: `reported by ${AGENT}` }]);
});

test("the journal keeps what was written, and nothing of what was not", async () => {
  const { call, stored } = open();
  const entry = {
    task: "login",
    outcome: "it works",
    actions: "wrote it",
    decisions: "no cookies",
  };
  const answer = await call("cabinet_journal", entry);
  expect(answer).toEqual({ agent: AGENT, timestamp: expect.stringMatching(/^\d{4}-.*Z$/) });
  await call("cabinet_journal", { task: "logout", outcome: "later" });
  const { journal } = await stored();
  expect(journal).toHaveLength(2);
  expect(journal).toContainEqual(expect.objectContaining(entry));
  expect(journal).toContainEqual(
    expect.objectContaining({ task: "logout", outcome: "later", actions: "", decisions: "" }),
  );
  for (const wrong of [
    { task: "x" },
    { ...entry, task: "" },
    { ...entry, outcome: "x".repeat(4_001) },
  ]) {
    await expect(call("cabinet_journal", wrong)).rejects.toThrow(/^cabinet_journal: /);
  }
});

test("a session that nobody is known to work in is told so", async () => {
  const { call } = open();
  for (const [name, args] of [
    ["cabinet_grade", { agent_grade: 2, commit: HASH }],
    ["cabinet_bug", {}],
    ["cabinet_journal", { task: "x", outcome: "y" }],
  ] as const) {
    await expect(call(name, args, "ses_unknown")).rejects.toThrow(/has not been told yet/);
  }
});
