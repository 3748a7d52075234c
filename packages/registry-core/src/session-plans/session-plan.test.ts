import { expect, test } from "vitest";

import { type SessionPlan, StoredRegistrySchema, wholeEntry } from "./session-plan.ts";

const plan: SessionPlan = { plan: "a", createdAt: "2026-01-01T00:00:00.000Z", status: "created" };

test.each([
  5,
  null,
  "plan",
  [],
  {},
  { ...plan, plan: 1 },
  { ...plan, status: "lost" },
  { ...plan, createdAt: null },
  { ...plan, sessions: [] },
  { ...plan, status: "lost", sessions: {} },
  { ...plan, sessionID: 7 },
])("%j is no entry, and spoils no other", (raw) => {
  const registry = StoredRegistrySchema.parse({ odd: raw, ses_66d: plan });
  expect(registry).toEqual({ ses_66d: plan });
});

test.each([[], null, "plans", 7])("%j is no registry", (raw) => {
  expect(() => StoredRegistrySchema.parse(raw)).toThrow(TypeError);
});

test("fields that nobody knows are shown; sessions that are not understood are not", () => {
  const session = { ...plan, note: "mine" };
  const raw = { ...plan, colour: "red", sessions: { ses_66d1: session, ses_66d2: { plan: 5 } } };
  expect(StoredRegistrySchema.parse({ ses_66d: raw })).toEqual({
    ses_66d: { ...plan, colour: "red", sessions: { ses_66d1: session } },
  });
});

test("a parent that is no text is none", () => {
  const raw = { ...plan, parentID: null, sessions: { ses_66d1: { ...plan, parentID: 5 } } };
  expect(StoredRegistrySchema.parse({ ses_66d: raw })).toEqual({
    ses_66d: { ...plan, sessions: { ses_66d1: plan } },
  });
});

test("a status of a newer tool at the top does not hide the sessions below", () => {
  const archived = { ...plan, plan: "b", status: "archived" };
  const raw = {
    ...archived,
    sessionID: "ses_66d2",
    sessions: { ses_66d1: plan, ses_66d2: archived },
  };
  const { ses_66d: entry } = StoredRegistrySchema.parse({ ses_66d: raw });
  expect(entry).toEqual({ sessionID: "ses_66d2", sessions: { ses_66d1: plan } });
  expect(wholeEntry(entry ?? {})).toEqual({
    ...plan,
    sessionID: "ses_66d1",
    sessions: { ses_66d1: plan },
  });
});
