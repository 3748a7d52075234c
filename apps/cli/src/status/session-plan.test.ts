import { expect, test } from "vitest";

import { login, OTHER, registryOf } from "../../test/busy-checkout.ts";
import { checkout, SESSION, writeRegistryText } from "../../test/checkout.ts";
import { sessionPlan } from "./session-plan.ts";

const later = "2026-03-02T10:00:00.000Z";

/** Two sessions of one bucket, of which the first one is the later. */
function filed(): string {
  const dir = checkout(["login", "search"]);
  const search = { ...login, plan: "search" };
  writeRegistryText(
    dir,
    registryOf({ [SESSION]: { ...login, createdAt: later }, [OTHER]: search }),
  );
  return dir;
}

const asks = (session?: string, env: Record<string, string> = {}) => ({
  options: session === undefined ? {} : { session },
  env,
});

test("the session of the option goes before that of the environment", async () => {
  const dir = filed();
  const env = { CABINET_SESSION: OTHER };
  expect(await sessionPlan(dir, asks(SESSION, env))).toMatchObject({
    session: { id: SESSION, from: "option" },
    plan: { plan: "login" },
  });
  expect(await sessionPlan(dir, asks(undefined, env))).toMatchObject({
    session: { id: OTHER, from: "environment" },
    plan: { plan: "search", fileExists: true },
  });
});

test("without a session it is the plan that was filed last, whatever its place in the file", async () => {
  const dir = filed();
  for (const env of [{}, { CABINET_SESSION: " " }]) {
    expect(await sessionPlan(dir, asks(undefined, env))).toMatchObject({
      session: null,
      plan: { plan: "login", createdAt: later },
    });
  }
});

test("a time that cannot be read is older than all others", async () => {
  const dir = checkout(["login", "search"]);
  const odd = { ...login, createdAt: "soon", plan: "search" };
  writeRegistryText(dir, registryOf({ [SESSION]: login, [OTHER]: odd }));
  expect(await sessionPlan(dir, asks())).toMatchObject({ plan: { plan: "login" } });
});

test("the beginning of an id is enough where one session has it; of several it is refused", async () => {
  const dir = filed();
  expect(await sessionPlan(dir, asks(SESSION.slice(0, 9)))).toMatchObject({
    plan: { sessionID: SESSION },
  });
  await expect(sessionPlan(dir, asks(SESSION.slice(0, 7)))).rejects.toMatchObject({
    code: "CABINET_SESSION_AMBIGUOUS",
  });
  expect(await sessionPlan(dir, asks(SESSION.slice(0, 6)))).toMatchObject({ plan: null });
});

test("a session that nobody knows has no plan, and that of no other is shown for it", async () => {
  expect(await sessionPlan(filed(), asks("ses_unknown"))).toEqual({
    session: { id: "ses_unknown", from: "option" },
    plan: null,
  });
});

test("a registry that cannot be used is null, and stays as it is", async () => {
  for (const text of ["{", "[]", "\u0000"]) {
    const dir = checkout();
    writeRegistryText(dir, text);
    expect(await sessionPlan(dir, asks(SESSION))).toBeNull();
  }
});
