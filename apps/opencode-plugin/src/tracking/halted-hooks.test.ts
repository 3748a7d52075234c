import { expect, test } from "vitest";

import { AGENT, openTrackedSession, SESSION } from "../../test/support/tracked-session.ts";
import { identityOf } from "../sessions.ts";
import { createHaltedHooks } from "./halted-hooks.ts";

function open() {
  const tracked = openTrackedSession();
  const { toolBefore } = createHaltedHooks(tracked.record, tracked.sessions);
  const uses = async (tool: string, sessionID = SESSION): Promise<void> =>
    toolBefore?.({ tool, sessionID, args: {} });
  return { ...tracked, uses };
}

test("an agent that nobody has on record, or that has points, uses its tools", async () => {
  const { uses, record } = open();
  await expect(uses("bash")).resolves.toBeUndefined();
  await record.service.trackToolUsage({ agentId: AGENT }, {});
  await expect(uses("bash")).resolves.toBeUndefined();
});

test("a halted agent is refused its tools, and told how it may work again; ours stay", async () => {
  const { uses, record } = open();
  await record.service.reportBug(AGENT);
  const refused = uses("bash");
  await expect(refused).rejects.toMatchObject({ name: "Refusal", code: "CABINET_AGENT_HALTED" });
  await expect(refused).rejects.toThrow(
    `\`cabinet tracker reinstate ${AGENT} --reason <text>\` lets it work again`,
  );
  await uses("cabinet_status");
  await record.service.reinstateAgent(AGENT, "looked at it");
  await uses("bash");
});

test("other agents, and sessions that nobody is known to work in, go on", async () => {
  const { uses, record, sessions } = open();
  await record.service.reportBug(AGENT);
  sessions.hearOf("ses_plan111").identity = identityOf("plan", { providerID: "p", modelID: "m" });
  for (const id of ["ses_plan111", "ses_unknown"]) {
    await expect(uses("bash", id)).resolves.toBeUndefined();
  }
});
