import { setImmediate as nextTurn } from "node:timers/promises";

import { expect, test } from "vitest";

import { withFileLock } from "@x/atomic-fs";
import {
  getLease,
  grantLease,
  holderOf,
  holderStateOf,
  listLeases,
  registryPath,
} from "@x/registry-core/leases";

import { gitRepository } from "../../test/support/git-repository.ts";
import { unsettled } from "../../test/support/unsettled.ts";
import { watchedWarnings } from "../../test/support/watched-client.ts";
import { openLeaseDesk } from "../leases/lease-desk.ts";
import { OwnLeases } from "../leases/own-leases.ts";
import { identityOf, Sessions } from "../sessions.ts";
import { createLeaseTools } from "./lease-tools.ts";

const SESSION = "ses_1";

function open(directory = gitRepository()) {
  const sessions = new Sessions();
  sessions.hearOf(SESSION).identity = identityOf("build", { providerID: "p", modelID: "m" });
  const own = new OwnLeases(sessions, {});
  const { warnings } = watchedWarnings();
  const desk = openLeaseDesk(directory, {});
  const tools = createLeaseTools({ desk, own, sessions, warnings, directory });
  const call = async (name: string, args: object, sessionID = SESSION): Promise<unknown> => {
    const tool = tools.find((one) => one.name === `cabinet_lease_${name}`);
    return JSON.parse((await tool?.execute(args, { sessionID })) ?? "null");
  };
  return { directory, tools, own, call };
}

test("each tool says what it is for, and each of its arguments in its own words", () => {
  // Another instance of the client changes nothing of what was said before.
  const [{ tools }] = [open(), open()];
  const told = tools.map(({ name, jsonSchema }) => [name, jsonSchema]);
  expect(Object.fromEntries(told)).toMatchObject({
    cabinet_lease_grant: {
      required: ["phase"],
      properties: {
        phase: { description: "Id of the phase, such as 3 or 02.1" },
        write_set: {
          type: "array",
          description: expect.stringMatching(/^Paths or globs of the files you/),
        },
      },
    },
    cabinet_lease_close: { required: ["phase"], properties: { epoch: { type: "integer" } } },
    cabinet_lease_conflicts: {
      required: ["files"],
      properties: { files: { description: expect.stringMatching(/^Paths or globs, as you/) } },
    },
  });
  // What the client itself makes a schema of.
  const ofArguments = tools.map(({ args }) => Object.keys(args));
  expect(ofArguments).toEqual([["phase", "write_set"], ["phase", "epoch"], ["files"]]);
});

test("a lease is granted to this process, for the agent of the session, in this checkout", async () => {
  const { directory, call, own } = open();
  const answer = await call("grant", { phase: "3", write_set: ["./src//**"] });
  expect(answer).toEqual({
    lease: {
      phase: "3",
      state: "open",
      agent: "build@p/m",
      holder: "alive",
      worktree: directory,
      branch: "main",
      writes: ["src/**"],
      epoch: 1,
    },
    conflicts: [],
  });
  const lease = getLease(directory, "3");
  expect(lease).toMatchObject({ lease_state: "open", holder: { pid: process.pid } });
  expect(lease !== null && own.has(directory, lease, SESSION)).toBe(true);
});

test("a phase that somebody has is refused, with a code, and theirs stays", async () => {
  const { directory, call } = open();
  grantLease(directory, { phase_id: "03", agent_id: "somebody" });
  const refused = call("grant", { phase: "3" });
  await expect(refused).rejects.toMatchObject({ code: expect.stringMatching(/^LEASE_/) });
  await expect(refused).rejects.toThrow(/already has an open lease/);
  expect(listLeases(directory)).toMatchObject([{ agent_id: "somebody", lease_state: "open" }]);
});

test("who else writes the same is told with the grant, but not one's own phase", async () => {
  const { directory, call } = open();
  grantLease(directory, { phase_id: "4", agent_id: "somebody", write_set: ["src/auth/**"] });
  const answer = await call("grant", { phase: "3", write_set: ["src/**", "docs/**"] });
  expect(answer).toMatchObject({
    conflicts: [
      { file: "src/**", covered_by: "src/auth/**", lease: { phase: "4", agent: "somebody" } },
    ],
  });
  expect(await call("grant", { phase: "5" })).toMatchObject({ conflicts: [] });
});

test("one's own lease is closed, by whatever spelling of its phase, and only while it is that one", async () => {
  const { directory, call } = open();
  await call("grant", { phase: "3" });
  await expect(call("close", { phase: "3", epoch: 2 })).rejects.toMatchObject({
    code: expect.stringMatching(/^LEASE_/),
  });
  expect(getLease(directory, "3")).toMatchObject({ lease_state: "open" });
  expect(await call("close", { phase: "03" })).toMatchObject({ lease: { phase: "3", epoch: 1 } });
  expect(getLease(directory, "3")).toMatchObject({ lease_state: "closed" });
  grantLease(directory, { phase_id: "3", agent_id: "somebody" });
  // What this session has had is over: the later one is somebody else's.
  await expect(call("close", { phase: "3" })).rejects.toThrow(
    /of somebody, and not yours to close/,
  );
  expect(getLease(directory, "3")).toMatchObject({ lease_state: "open", epoch: 2 });
});

test("a phase without a lease, and an id that can be none, are errors with a code", async () => {
  const { directory, call } = open();
  const coded = { code: expect.stringMatching(/^LEASE_/) };
  await expect(call("close", { phase: "9" })).rejects.toMatchObject(coded);
  await expect(call("grant", { phase: "a\nb" })).rejects.toMatchObject(coded);
  await expect(call("grant", { phase: "3", write_set: ["../x"] })).rejects.toThrow(/\.\.\/x/);
  await expect(call("grant", { phase: "" })).rejects.toThrow(/^cabinet_lease_grant: phase: /);
  await expect(call("grant", { phase: 3 })).rejects.toThrow(/^cabinet_lease_grant: phase: /);
  expect(listLeases(directory)).toEqual([]);
});

test("conflicts are the open leases of others that cover the files, each with its glob", async () => {
  const { directory, call } = open();
  expect(await call("conflicts", { files: ["src/a.ts"] })).toEqual({ conflicts: [] });
  grantLease(directory, {
    phase_id: "4",
    agent_id: "somebody",
    write_set: ["src/**", "docs/a.md"],
  });
  await call("grant", { phase: "3", write_set: ["lib/**"] });
  const files = ["./src/a.ts", "docs/**", "lib/a.ts", "other"];
  const answer = await call("conflicts", { files });
  expect(answer).toMatchObject({
    conflicts: [
      { file: "src/a.ts", covered_by: "src/**", lease: { phase: "4" } },
      { file: "docs/**", covered_by: "docs/a.md", lease: { phase: "4" } },
    ],
  });
  expect(await call("conflicts", { files: ["lib/a.ts"] }, "ses_2")).toMatchObject({
    conflicts: [{ covered_by: "lib/**", lease: { phase: "3", holder: "alive" } }],
  });
  expect(await call("conflicts", { files: [] })).toEqual({ conflicts: [] });
  const lease = getLease(directory, "4");
  expect(lease !== null && holderStateOf(lease)).toBe("unknown");
});

test("the lease of somebody else is not closed, whatever epoch is given, and they are named", async () => {
  const { directory, call } = open();
  const holder = holderOf();
  grantLease(directory, { phase_id: "3", agent_id: "rival", holder });
  for (const args of [{ phase: "3" }, { phase: "03", epoch: 1 }]) {
    await expect(call("close", args)).rejects.toThrow(/is that of rival, and not yours to close/);
  }
  grantLease(directory, { phase_id: "4", agent_id: "build@p/m", holder });
  await expect(call("close", { phase: "4" })).rejects.toThrow("not yours to close");
  expect(listLeases(directory).map(({ lease_state }) => lease_state)).toEqual(["open", "open"]);
});

test("a lease that a person got for the agent, it may close", async () => {
  const { directory, call } = open();
  const agent_id = "build@p/m";
  grantLease(directory, { phase_id: "3", agent_id, worktree_path: directory });
  expect(await call("close", { phase: "3" })).toMatchObject({ lease: { state: "closed" } });
  grantLease(directory, { phase_id: "4", agent_id, worktree_path: "/elsewhere" });
  await expect(call("close", { phase: "4" })).rejects.toThrow("not yours to close");
});

test("while somebody holds the registry's lock, the client goes on, and the lease is got behind it", async () => {
  const { directory, call } = open();
  grantLease(directory, { phase_id: "1" });
  const { promise, resolve } = unsettled();
  let isHeld = false;
  const holding = withFileLock(registryPath(directory), async () => {
    isHeld = true;
    await promise;
  });
  await expect.poll(() => isHeld).toBe(true);
  let isAnswered = false;
  const answer = call("grant", { phase: "3" }).finally(() => (isAnswered = true));
  await nextTurn();
  expect(isAnswered).toBe(false);
  resolve();
  await holding;
  expect(await answer).toMatchObject({ lease: { phase: "3", state: "open" } });
});
