import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { grantLease, registryPath } from "@x/registry-core/leases";
import { registerPlan } from "@x/registry-core/session-plans";

import { gitRepository } from "../../test/support/git-repository.ts";
import { projectWithPlans } from "../../test/support/project-with-plans.ts";
import { AGENT, openTrackedSession, SESSION } from "../../test/support/tracked-session.ts";
import { openLeaseDesk } from "../leases/lease-desk.ts";
import { createStatusTool } from "./status-tool.ts";

function open({ isTracked = true, folders = [gitRepository()] } = {}) {
  const { record, sessions } = openTrackedSession();
  const [directory = ""] = folders;
  const desk = openLeaseDesk(directory, {});
  const tool = createStatusTool({
    sessions,
    record: isTracked ? record : undefined,
    desk,
    folders,
  });
  const status = async (sessionID = SESSION): Promise<unknown> =>
    JSON.parse(await tool.execute({}, { sessionID }));
  return { directory, record, sessions, status };
}

test("who has done nothing yet has a name; without tracking, or an identity, it is that or nothing", async () => {
  const nothing = { plan: null, leases: [] };
  expect(await open().status()).toEqual({ agent: AGENT, ...nothing });
  expect(await open({ isTracked: false }).status()).toEqual({ agent: AGENT, ...nothing });
  expect(await open().status("ses_unknown")).toEqual({ agent: null, ...nothing });
});

test("the record of the agent, its plan and the open leases are told", async () => {
  const folders = [gitRepository(), projectWithPlans("a")];
  const { directory, record, status } = open({ folders });
  await record.service.trackToolUsage({ agentId: AGENT }, {});
  await registerPlan(folders[1] ?? "", SESSION, "a");
  grantLease(directory, { phase_id: "3", write_set: ["src/**"] });
  expect(await status()).toMatchObject({
    agent: { id: AGENT, experience_points: 1 },
    plan: { plan: "a", status: "created", file: ".ai/plan-a.md" },
    leases: [{ phase: "3", agent: null, holder: "unknown", writes: ["src/**"], epoch: 1 }],
  });
});

test("without one of its own, a session has the plan of its family, of the nearest folder first", async () => {
  const folders = [projectWithPlans("near"), projectWithPlans("far")];
  const { sessions, status } = open({ folders });
  sessions.hearOf("ses_child11").parentID = SESSION;
  await registerPlan(folders[1] ?? "", SESSION, "far");
  expect(await status("ses_child11")).toMatchObject({ plan: { plan: "far" } });
  await registerPlan(folders[0] ?? "", "ses_child11", "near");
  expect(await status()).toMatchObject({ plan: { plan: "near" } });
});

test("leases that cannot be read do not hide the rest", async () => {
  const { directory, status } = open();
  const path = registryPath(directory);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "x"), "");
  expect(await status()).toMatchObject({
    agent: AGENT,
    plan: null,
    leases: expect.stringMatching(/^The leases cannot be read: /),
  });
});
