import { existsSync } from "node:fs";

import { expect, test } from "vitest";

import {
  AGENT,
  flushesEnded,
  inDatabase,
  openTrackedSession,
  SESSION,
} from "../../test/support/tracked-session.ts";
import { createTrackingHooks } from "./tracking-hooks.ts";

const PROJECT = "/the/project";
const OTHER = "ses_77d1a2b3c4d5AbCdEfGhIjKlMn";

function open() {
  const tracked = openTrackedSession();
  const { record, sessions } = tracked;
  const hooks = createTrackingHooks({ record, sessions, project: PROJECT, directory: PROJECT });
  const points = async (): Promise<number | undefined> =>
    (await record.service.getAgentStatus(AGENT))?.experience_points;
  const uses = async (tool: string, metadata?: object, sessionID = SESSION): Promise<void> =>
    hooks.toolAfter?.({ tool, sessionID, args: {} }, { output: "", metadata });
  const tell = async (type: string, properties?: unknown): Promise<void> =>
    hooks.event?.({ type, properties });
  return { ...tracked, ...hooks, points, uses, tell };
}

test("a tool earns a point, a command two; what has failed earns none", async () => {
  const { points, uses, tell } = open();
  await uses("read");
  await uses("bash", { exit: 0 });
  expect(await points()).toBe(2);
  await uses("bash", { exit: 3 });
  expect(await points()).toBe(2);
  await tell("command.executed", { sessionID: SESSION, name: "apply" });
  expect(await points()).toBe(4);
});

test("a command whose turn has failed earns nothing", async () => {
  const { points, uses, tell, sessions } = open();
  await uses("read");
  sessions.hearOf(SESSION).hasFailed = true;
  await tell("command.executed", { sessionID: SESSION });
  expect(await points()).toBe(1);
  sessions.hearOf(SESSION).hasFailed = false;
  await tell("command.executed", { sessionID: SESSION });
  expect(await points()).toBe(3);
});

test("to look at one's own record earns nothing", async () => {
  const { points, uses } = open();
  await uses("cabinet_status");
  expect(await points()).toBeUndefined();
  await uses("cabinets");
  expect(await points()).toBe(1);
});

test("what nobody is known to have done is not noted", async () => {
  const { points, uses, tell, chatMessage, sessions } = open();
  await uses("read", {}, OTHER);
  for (const properties of [undefined, null, {}, { sessionID: 5 }, { sessionID: OTHER }]) {
    await tell("command.executed", properties);
  }
  await tell("session.deleted", {});
  sessions.hearOf(OTHER);
  await chatMessage?.({ sessionID: OTHER }, {});
  expect(await points()).toBeUndefined();
});

test("an agent is on record from its first message, with its name, model and project", async () => {
  const { chatMessage, record, path } = open();
  await chatMessage?.({ sessionID: SESSION }, {});
  await chatMessage?.({ sessionID: SESSION }, {});
  expect(await record.service.getAgentStatus(AGENT)).toMatchObject({ experience_points: 0 });
  await record.flush();
  const agents = await inDatabase(path, (database) => database.listAgents());
  expect(agents).toMatchObject([
    { id: AGENT, name: "build", model: "local/scripted", scope: PROJECT },
  ]);
});

test.each<[string, unknown]>([
  ["as it was", { info: { id: SESSION } }],
  ["its id alone", { sessionID: SESSION }],
])(
  "a session that is deleted (told %s) is forgotten, and what it did is brought on record",
  async (_, properties) => {
    const { uses, tell, chatMessage, path, sessions, record } = open();
    await chatMessage?.({ sessionID: SESSION }, {});
    await uses("read");
    await record.service.commitCompleted(AGENT, "a".repeat(40), PROJECT, "one");
    await tell("session.deleted", properties);
    expect(sessions.find(SESSION)).toBeUndefined();
    const [agent] = await inDatabase(path, (database) => database.listAgents());
    expect(agent).toMatchObject({ id: AGENT, experience_points: 6 });
    // Its notes are gone with it.
    expect(await record.service.generateRetrospective({ agentId: AGENT })).toBeNull();
  },
);

test("while another session of the agent goes on, its last commit is known", async () => {
  const { tell, chatMessage, sessions, record } = open();
  const identity = sessions.identityOf(SESSION);
  if (identity !== undefined) sessions.hearOf(OTHER).identity = identity;
  for (const sessionID of [SESSION, OTHER]) await chatMessage?.({ sessionID }, {});
  await record.service.commitCompleted(AGENT, "a".repeat(40), PROJECT, "one");
  await tell("session.deleted", { info: { id: SESSION } });
  expect(await record.service.generateRetrospective({ agentId: AGENT })).toMatchObject({
    task: "one",
  });
});

test("an idle session has its record brought up to date soon; the end does it in any case", async () => {
  const { uses, tell, dispose, path } = open();
  await uses("read");
  await tell("session.idle", { sessionID: SESSION });
  expect(existsSync(path)).toBe(false);
  await expect.poll(() => existsSync(`${path}.agents.json`), { timeout: 60_000 }).toBe(true);
  await uses("read");
  await dispose?.();
  await flushesEnded(path);
  const [agent] = await inDatabase(path, (database) => database.listAgents());
  expect(agent).toMatchObject({ experience_points: 2 });
});

test("a call of a tool that there is not earns nothing", async () => {
  const { uses, points } = open();
  await uses("invalid");
  expect(await points()).toBeUndefined();
});
