import fc from "fast-check";
import { expect, test } from "vitest";

import {
  asEntry,
  findPlan,
  planRows,
  type RegistryDocument,
  sessionKeyOf,
  type SessionPlan,
  withPlan,
  withRegistry,
} from "./session-plan.ts";

const planNamed = (plan: string): SessionPlan => ({
  plan,
  createdAt: "2026-01-01T00:00:00.000Z",
  status: "created",
});

function register(document: RegistryDocument, sessionID: string, plan: string): void {
  const key = sessionKeyOf(sessionID);
  document.set(key, withPlan(document.get(key), sessionID, planNamed(plan)).entry);
}

/** What the file gives after a write and a read. */
function reread(document: RegistryDocument): RegistryDocument {
  const text = JSON.stringify(Object.fromEntries(document));
  return new Map(Object.entries(JSON.parse(text) as Record<string, unknown>));
}

// Few keys and few names, so that sessions meet in one bucket and register again.
const sessionID = fc.oneof(
  fc
    .tuple(fc.constantFrom("ses_66d", "ses_66e"), fc.stringMatching(/^[0-9a-f]{1,3}$/))
    .map((parts) => parts.join("")),
  fc.constantFrom("__proto__", "constructor", "toString"),
);
const registration = fc.record({ sessionID, plan: fc.constantFrom("a", "b", "c") });

test("every session finds its own latest plan, a stranger in the bucket none", () => {
  fc.assert(
    fc.property(fc.array(registration, { maxLength: 30 }), sessionID, (history, stranger) => {
      const document: RegistryDocument = new Map();
      const latest = new Map<string, string>();
      for (const { sessionID: id, plan } of history) {
        register(document, id, plan);
        latest.set(id, plan);
      }
      const read = reread(document);
      for (const [id, plan] of latest) expect(findPlan(read, id)?.plan).toBe(plan);
      expect(findPlan(read, stranger)?.plan).toBe(latest.get(stranger));
      const rows = planRows(read).map(({ sessionID: id, plan }) => [id, plan.plan]);
      expect(new Map(rows as [string, string][])).toEqual(latest);
      expect(rows).toHaveLength(latest.size);
    }),
  );
});

test("a reader that knows only the short key sees the latest registration", () => {
  const document: RegistryDocument = new Map();
  register(document, "ses_66d1111", "first");
  register(document, "ses_66d2222", "second");
  expect(document.get("ses_66d")).toMatchObject({
    ...planNamed("second"),
    sessionID: "ses_66d2222",
  });
});

test("an entry of an older tool is found by its session, and is kept when another registers", () => {
  const document: RegistryDocument = new Map([["ses_66d", planNamed("old")]]);
  expect(findPlan(document, "ses_66d1111")?.plan).toBe("old");
  register(document, "ses_66d2222", "new");
  expect(findPlan(document, "ses_66d1111")).toBeUndefined();
  expect(planRows(document)).toEqual([
    { sessionKey: "ses_66d", plan: planNamed("old") },
    { sessionKey: "ses_66d", sessionID: "ses_66d2222", plan: planNamed("new") },
  ]);
});

test("an entry of one known session is that session's alone", () => {
  const entry = { ...planNamed("mine"), sessionID: "ses_66d1111" };
  const document: RegistryDocument = new Map([["ses_66d", entry]]);
  expect(findPlan(document, "ses_66d1111")?.plan).toBe("mine");
  expect(findPlan(document, "ses_66d2222")).toBeUndefined();
  expect(planRows(document)).toMatchObject([{ sessionID: "ses_66d1111" }]);
});

test("a session keeps its parent, and another's registration does not inherit it", () => {
  const child = { ...planNamed("a"), parentID: "ses_66d0" };
  const entry = { ...child, sessionID: "ses_66d1", sessions: { ses_66d1: child } };
  const again = withPlan(entry, "ses_66d1", planNamed("b"));
  expect(again.stored).toEqual({ ...planNamed("b"), parentID: "ses_66d0" });
  expect(again.entry).toMatchObject({ plan: "b", parentID: "ses_66d0" });
  const other = withPlan(entry, "ses_66d2", planNamed("c"));
  expect(other.entry).not.toHaveProperty("parentID");
  expect(other.entry["sessions"]).toMatchObject({ ses_66d1: child, ses_66d2: planNamed("c") });
});

test("what is stored can be read again, whatever stood there before", () => {
  const odd = { ...planNamed("a"), parentID: null, sessionID: "other", sessionKey: "other" };
  const document: RegistryDocument = new Map([
    ["ses_66d", { ...planNamed("a"), sessions: { ses_66d1: odd } }],
  ]);
  expect(planRows(document)).toEqual([
    { sessionKey: "ses_66d", sessionID: "ses_66d1", plan: planNamed("a") },
  ]);
  register(document, "ses_66d1", "b");
  expect(findPlan(document, "ses_66d1")).toEqual(planNamed("b"));
});

test("an id as short as the key is a session's like any other", () => {
  const document: RegistryDocument = new Map();
  register(document, "ses_66d", "short");
  expect(planRows(document)).toMatchObject([{ sessionKey: "ses_66d", sessionID: "ses_66d" }]);
});

test("a registry written back keeps what its reader was not shown, also where he takes entries away", () => {
  const archived = { ...planNamed("b"), status: "archived" };
  const half = { ...planNamed("a"), sessions: { ses_66d1: planNamed("a"), ses_66d2: archived } };
  const whole = { ...archived, sessions: { ses_77d1: planNamed("a"), ses_77d2: planNamed("b") } };
  const document: RegistryDocument = new Map<string, unknown>([
    ["ses_66d", half],
    ["ses_77d", whole],
    ["odd", 5],
  ]);
  expect(withRegistry(document, {})).toEqual(
    new Map<string, unknown>([
      ["ses_66d", { sessions: { ses_66d2: archived } }],
      ["ses_77d", whole],
      ["odd", 5],
    ]),
  );
  const sessions = { ses_77d3: planNamed("c") };
  const replaced = withRegistry(document, { ses_77d: { ...planNamed("c"), sessions } });
  expect(replaced.get("ses_77d")).toEqual({
    ...planNamed("c"),
    sessions: { ...whole.sessions, ...sessions },
  });
});

test("an entry written without sessions is listed beside those that its writer was not shown", () => {
  const archived = {
    ...planNamed("b"),
    status: "archived",
    sessions: { ses_66d1: planNamed("a") },
  };
  const next = withRegistry(new Map([["ses_66d", archived]]), { ses_66d: planNamed("c") });
  expect(planRows(next)).toEqual([
    { sessionKey: "ses_66d", sessionID: "ses_66d1", plan: planNamed("a") },
    { sessionKey: "ses_66d", plan: planNamed("c") },
  ]);
});

test("fields and sessions that are not understood are carried along, and not shown", () => {
  const raw = {
    ...planNamed("a"),
    colour: "red",
    sessions: { ses_66d1: { ...planNamed("a"), note: "mine" }, ses_66d2: { plan: 5 } },
  };
  const document: RegistryDocument = new Map([["ses_66d", raw]]);
  register(document, "ses_66d1", "b");
  expect(document.get("ses_66d")).toMatchObject({
    colour: "red",
    sessions: { ses_66d1: { plan: "b", note: "mine" }, ses_66d2: { plan: 5 } },
  });
  expect(planRows(document)).toHaveLength(1);
});

test("a status of a newer tool at the top does not hide the sessions below, nor do they go", () => {
  const sessions = {
    ses_66d1: planNamed("a"),
    ses_66d2: { ...planNamed("b"), status: "archived" },
  };
  const document: RegistryDocument = new Map([
    ["ses_66d", { ...planNamed("b"), status: "archived", sessionID: "ses_66d2", sessions }],
  ]);
  expect(findPlan(document, "ses_66d1")?.plan).toBe("a");
  expect(findPlan(document, "ses_66d2")).toBeUndefined();
  register(document, "ses_66d3", "c");
  expect(document.get("ses_66d")).toMatchObject({ ...planNamed("c"), sessions });
});

test.each([
  5,
  null,
  "plan",
  [],
  {},
  { ...planNamed("a"), plan: 1 },
  { ...planNamed("a"), status: "lost" },
  { ...planNamed("a"), createdAt: null },
  { ...planNamed("a"), sessions: [] },
  { ...planNamed("a"), sessionID: 7 },
])("%j is no entry", (raw) => expect(asEntry(raw)).toBeUndefined());
