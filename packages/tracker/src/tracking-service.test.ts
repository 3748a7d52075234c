import { expect, test } from "vitest";

import { activity, agent, MORNING, retrospective } from "../test/support/sample-records.ts";
import type { HostPayload } from "./agent-in-payload.ts";
import { MemoryDatabase } from "./memory-database.ts";
import type { TrackingClient } from "./tracking-client.ts";
import { TrackingService } from "./tracking-service.ts";
import { WriteBuffer } from "./write-buffer.ts";

function tracking(client: TrackingClient | null = null) {
  const database = new MemoryDatabase();
  const buffer = new WriteBuffer();
  const service = new TrackingService(database, buffer, client, { now: () => MORNING });
  return { database, buffer, service };
}

test("tools, commands and commits count, in the buffer only until it is flushed", async () => {
  const { database, buffer, service } = tracking();
  await service.trackToolUsage({ agentId: "build", tool: "edit" }, { success: true });
  await service.trackCommandCompletion({ agent: { id: "build" }, success: true });
  await service.commitCompleted("build", "c0ffee", "/shop", "the login form");
  expect(await database.getAgent("build")).toBeNull();
  expect(buffer.size).toBe(2);
  const status = {
    id: "build",
    skill_points: 1,
    experience_points: 8,
    communication_score: 60,
    total_commits: 1,
    total_bugs: 0,
    halted: false,
    active: true,
  };
  expect(await service.getAgentStatus("build")).toEqual(status);
  expect(await service.flushWriteBuffer()).toEqual({ entriesWritten: 2, errors: [] });
  expect(await service.getAgentStatus("build")).toEqual(status);
  expect(await database.getCommit("/shop", "c0ffee")).toEqual({
    agent_id: "build",
    commit_hash: "c0ffee",
    project_path: "/shop",
    task_description: "the login form",
    experience_gained: 5,
    communication_score_change: 0,
    timestamp: MORNING,
  });
});

test("a commit that is told again counts once", async () => {
  const { service } = tracking();
  await service.commitCompleted("build", "c0ffee", "/shop", "the login form");
  await service.flushWriteBuffer();
  await service.commitCompleted("build", "c0ffee", "/shop", "the login form");
  await service.commitCompleted("build", "c0ffee", "/other", "a copy of it");
  await service.flushWriteBuffer();
  expect(await service.getAgentStatus("build")).toMatchObject({ total_commits: 2 });
});

test.each([
  ["success: false", { success: false }],
  ["an error", { error: "not found" }],
  ["another exit code than 0", { metadata: { exit: 1 } }],
])("what has failed, with %s, counts nothing", async (_, output) => {
  const { buffer, service } = tracking();
  await service.trackToolUsage({ agentId: "build" }, output);
  await service.trackCommandCompletion({ agentId: "build", ...output });
  expect(buffer.isEmpty).toBe(true);
});

test.each([null, undefined, "text", {}, { agentId: "" }, { agentId: 7 }, { agent: null }])(
  "of %j nobody is known, and nothing is recorded",
  async (payload) => {
    const { buffer, service } = tracking();
    // As a host without types may hand it over.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const given = payload as HostPayload;
    await service.trackToolUsage(given, given);
    await service.trackCommandCompletion(given);
    await service.initializeSessionTracking(given);
    expect(await service.generateRetrospective(given)).toBeNull();
    expect(buffer.isEmpty).toBe(true);
  },
);

test("types tell what is read, and take what hosts have", async () => {
  const { buffer, service } = tracking();
  // @ts-expect-error It is `agentId`.
  await service.trackToolUsage({ agentID: "build" });
  // @ts-expect-error A text is nobody's.
  await service.trackToolUsage("build");
  // @ts-expect-error It is missing.
  await service.trackToolUsage();
  // @ts-expect-error An id is a text.
  await service.trackCommandCompletion({ agent: { id: 7 } });
  expect(buffer.isEmpty).toBe(true);
  // What OpenCode gives to a hook: more fields, and an agent that is a name.
  const call = { tool: "bash", sessionID: "ses_1", callID: "call_1", args: { command: "ls" } };
  const done = { title: "ls", output: "", metadata: { exit: 0 } };
  const message = { sessionID: "ses_1", agent: "build", model: { providerID: "a", modelID: "b" } };
  const session = { id: "ses_1", projectID: "p", directory: "/shop", title: "", version: "1" };
  await service.trackToolUsage(call, done);
  await service.trackCommandCompletion(message);
  await service.initializeSessionTracking(session);
  expect(buffer.isEmpty).toBe(true);
  await service.trackToolUsage({ ...call, agentId: "build" }, done);
  expect(await service.getAgentStatus("build")).toMatchObject({ experience_points: 1 });
});

test("without a database, or a write buffer, there is no service", () => {
  const database = new MemoryDatabase();
  for (const parts of [
    [],
    [undefined, new WriteBuffer()],
    [null],
    [{}],
    [database],
    [database, {}],
  ]) {
    expect(() => Reflect.construct(TrackingService, parts)).toThrow(TypeError);
  }
});

test("what a host says of an agent is on its record", async () => {
  const { database, service } = tracking();
  const identity = { name: "build", model: "anthropic/claude" };
  await service.initializeSessionTracking({
    agent: { id: "build@x", ...identity },
    directory: "/shop",
  });
  await service.trackToolUsage({ agentId: "plan@openai/gpt" }, {});
  await service.flushWriteBuffer();
  expect(await database.getAgent("build@x")).toMatchObject({ ...identity, scope: "/shop" });
  expect(await database.getAgent("plan@openai/gpt")).toMatchObject({
    name: "plan",
    model: "openai/gpt",
  });
});

test("a grade of a commit counts for both, and a point of experience", async () => {
  const { database, service } = tracking();
  await service.recordCommitGrade("build", "c0ffee", "/shop", 2, 5);
  await service.recordCommunicationScore("build", "c0ffee", "/shop", -1);
  await service.flushWriteBuffer();
  const status = await service.getAgentStatus("build");
  expect(status).toMatchObject({ communication_score: 66, experience_points: 1 });
  const grades = (await database.getCommunicationEvents("build")).map(({ grade }) => grade);
  expect(grades).toEqual([2, 5, -1]);
});

test("a user who can be asked gives the grade that is missing, and a word on it", async () => {
  const asked: string[] = [];
  const answers = ["5 well done", "great", "no idea", "3"];
  const text = async ({ message }: { message: string }) => {
    asked.push(message);
    return answers.shift();
  };
  const { database, service } = tracking({ tui: { input: { text } } });
  await service.recordCommitGrade("build", "c0ffee", "/shop", 2);
  await service.recordCommitGrade("build", "c0ffee", "/shop", 2, 1);
  await service.recordCommitGrade("build", "c0ffee", "/shop", 2);
  await service.recordCommitGrade("build", "c0ffee", "/shop", 2);
  await service.flushWriteBuffer();
  const events = await database.getCommunicationEvents("build");
  const byUser = events.filter(({ reason }) => reason !== "graded by the agent");
  expect(byUser.map(({ grade, reason }) => [grade, reason])).toEqual([
    [5, "well done"],
    [1, "graded by the user"],
  ]);
  expect(asked[0]).toContain("5 excellence");
  expect(asked[1]).toContain("Why?");
  expect(await service.getAgentStatus("build")).toMatchObject({ communication_score: 74 });
});

test("a grade that is none is refused, and nothing is recorded", async () => {
  const { buffer, service } = tracking();
  // What JavaScript lets through.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const bad = 3 as never;
  await expect(service.recordCommitGrade("build", "1", "/shop", bad, 1)).rejects.toThrow(
    RangeError,
  );
  await expect(service.recordCommitGrade("build", "1", "/shop", 1, bad)).rejects.toThrow(
    RangeError,
  );
  await expect(service.recordCommunicationScore("build", "1", "/shop", bad)).rejects.toThrow(
    RangeError,
  );
  expect(buffer.isEmpty).toBe(true);
});

test("a bug takes a skill point; without any, the agent is halted, and the user is told once", async () => {
  const told: unknown[] = [];
  const { database, service } = tracking({
    tui: { showToast: ({ body }) => void told.push(body) },
  });
  await database.putAgent("build", agent("build", { skill_points: 2 }));
  expect(await service.reportBug("build")).toMatchObject({ skill_points: 1, halted: false });
  expect(await service.reportBug("build")).toMatchObject({
    skill_points: 0,
    halted: true,
    active: false,
  });
  await service.reportBug("build");
  await service.initializeSessionTracking({ agentId: "build" });
  expect(told).toEqual([
    { message: expect.stringContaining("build is halted"), variant: "warning" },
  ]);
  await service.flushWriteBuffer();
  expect(await database.getAgent("build")).toMatchObject({ total_bugs: 3, active: false });
});

test("a halted agent is brought back with a reason, which is on record", async () => {
  const { database, service } = tracking();
  await service.reportBug("build");
  expect(await service.reinstateAgent("build", "it was the test")).toMatchObject({
    skill_points: 1,
    halted: false,
    active: true,
    total_bugs: 1,
  });
  await service.flushWriteBuffer();
  expect(await database.getActivities("build")).toMatchObject([{ decisions: "it was the test" }]);
});

test("a retrospective is drawn up of the session's last commit, and recorded when somebody says so", async () => {
  const { database, service } = tracking();
  const session = { agentId: "build", note: "went well" };
  await service.initializeSessionTracking(session);
  expect(await service.generateRetrospective(session)).toBeNull();
  await service.commitCompleted("build", "c0ffee", "/shop", "the login form");
  await service.recordCommitGrade("build", "c0ffee", "/shop", 2, 5);
  const entry = await service.generateRetrospective(session);
  expect(entry).toEqual(retrospective("c0ffee", { agent_note: "went well", user_note: "" }));
  if (entry !== null) await service.recordRetrospective("build", entry);
  await service.finalizeSession(session);
  expect(await database.getRetrospectives("build")).toEqual([entry]);
  expect(await service.generateRetrospective(session)).toBeNull();
});

test("an entry of the journal is kept", async () => {
  const { database, service } = tracking();
  await service.logActivity("build", activity("the login form"));
  await service.flushWriteBuffer();
  expect(await database.getActivities("build")).toEqual([activity("the login form")]);
});

test("a client whose calls fail changes nothing", async () => {
  const fail = (): never => {
    throw new Error("the client is gone");
  };
  const clients: TrackingClient[] = [
    {},
    { tui: {} },
    { tui: { input: {} } },
    { tui: { showToast: fail, input: { text: fail } } },
    { tui: { showToast: () => Promise.reject(new Error("no")), input: { text: () => 7 } } },
  ];
  for (const client of clients) {
    const { service } = tracking(client);
    await service.recordCommitGrade("build", "1", "/shop", 1);
    expect(await service.reportBug("build")).toMatchObject({ halted: true });
  }
});

test("a call whose parts are not all right records none of them", async () => {
  const { buffer, service } = tracking();
  const long = "x".repeat(300_000);
  const code = "TRACKER_RECORD_INVALID";
  await expect(service.commitCompleted("build", "1", "/shop", long)).rejects.toMatchObject({
    code,
  });
  await expect(service.reinstateAgent("build", long)).rejects.toMatchObject({ code });
  await expect(service.commitCompleted("build", "", "/shop", "x")).rejects.toMatchObject({ code });
  expect(buffer.isEmpty).toBe(true);
});

test("nobody waits for a toast, and a grade counts while the user is asked for another one", async () => {
  const never = (): Promise<never> => new Promise(() => undefined);
  const { service } = tracking({ tui: { showToast: never, input: { text: never } } });
  expect(await service.reportBug("build")).toMatchObject({ halted: true });
  void service.recordCommitGrade("build", "c0ffee", "/shop", 5);
  await new Promise(setImmediate);
  expect(await service.getAgentStatus("build")).toMatchObject({ communication_score: 65 });
});

test("an agent that is halted again after it was brought back by somebody else is shown again", async () => {
  const told: unknown[] = [];
  const showToast = ({ body }: { body: unknown }): void => void told.push(body);
  const { database, service } = tracking({ tui: { showToast } });
  await service.reportBug("build");
  await service.flushWriteBuffer();
  const other = new TrackingService(database, new WriteBuffer());
  await other.reinstateAgent("build", "it was the test");
  await other.flushWriteBuffer();
  await service.getAgentStatus("build");
  await service.reportBug("build");
  expect(told).toHaveLength(2);
});

test("a session that is over takes nothing from another one of the same agent", async () => {
  const { service } = tracking();
  const one = { id: "1", agentId: "build" };
  const other = { ...one, id: "2" };
  await service.initializeSessionTracking(one);
  await service.initializeSessionTracking(other);
  await service.commitCompleted("build", "c0ffee", "/shop", "the login form");
  await service.finalizeSession(other);
  expect(await service.generateRetrospective(one)).toMatchObject({ commit: "c0ffee" });
  await service.finalizeSession(one);
  expect(await service.generateRetrospective(one)).toBeNull();
});

test("of an id that nobody can have, nothing is recorded, and nothing is known", async () => {
  const { buffer, service } = tracking();
  await service.trackToolUsage({ agentId: "\ud800" }, {});
  expect(buffer.isEmpty).toBe(true);
  expect(await service.getAgentStatus("")).toBeNull();
  expect(await service.getAgentStatus("\ud800")).toBeNull();
});
