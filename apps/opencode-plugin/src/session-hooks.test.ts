import { expect, test } from "vitest";

import { createSessionHooks } from "./session-hooks.ts";
import { Sessions } from "./sessions.ts";

function open() {
  const sessions = new Sessions();
  const { event, chatMessage } = createSessionHooks(sessions);
  const tell = (type: string, properties: unknown) => event?.({ type, properties });
  const info = (more: object) =>
    tell("session.updated", { sessionID: "s", info: { id: "s", ...more } });
  return { sessions, tell, info, chatMessage };
}

const model = { providerID: "local", modelID: "m" };

test("a session that was created has its parent, and stays itself", async () => {
  const { sessions, tell, info } = open();
  await tell("session.created", { info: { id: "s", parentID: "p" } });
  expect(sessions.find("s")).toEqual({ id: "s", parentID: "p", hasFailed: false });
  await info({ title: "later" });
  expect(sessions.parentsOf("s")).toEqual(["p"]);
});

test("who works in it is known from the session itself, where it says so wholly", async () => {
  const { sessions, info } = open();
  await info({ agent: "build" });
  await info({ agent: "build", model: { id: "m" } });
  await info({ agent: "", model: { id: "m", providerID: "local" } });
  expect(sessions.identityOf("s")).toBeUndefined();
  await info({ agent: "build", model: { id: "m", providerID: "local" } });
  expect(sessions.identityOf("s")?.agentId).toBe("build@local/m");
});

test("its message is to be trusted before the session, and before what was asked for", async () => {
  const { sessions, info, chatMessage } = open();
  const asked = { sessionID: "s", agent: "asked", model };
  await chatMessage?.(asked, { message: { agent: "plan", model } });
  await info({ agent: "build", model: { id: "other", providerID: "local" } });
  expect(sessions.identityOf("s")?.agentId).toBe("plan@local/m");
  await chatMessage?.(asked, {});
  expect(sessions.identityOf("s")?.agentId).toBe("asked@local/m");
  await chatMessage?.({ sessionID: "s" }, {});
  expect(sessions.identityOf("s")?.agentId).toBe("asked@local/m");
});

test("a turn that ends with an error has failed until the next message", async () => {
  const { sessions, tell, chatMessage } = open();
  await tell("session.error", { sessionID: "s", error: {} });
  expect(sessions.find("s")?.hasFailed).toBe(true);
  await chatMessage?.({ sessionID: "s" }, {});
  expect(sessions.find("s")?.hasFailed).toBe(false);
});

test.each([
  ["session.created", undefined],
  ["session.created", null],
  ["session.created", { info: { id: 5 } }],
  ["session.updated", { info: "s" }],
  ["session.error", { error: {} }],
  ["session.error", 5],
  ["session.idle", { sessionID: "s" }],
  ["file.edited", { info: { id: "s" } }],
])("%s of %j tells of no session", async (type, properties) => {
  const { sessions, tell } = open();
  await tell(type, properties);
  for (const id of ["s", "5", ""]) expect(sessions.find(id)).toBeUndefined();
});
