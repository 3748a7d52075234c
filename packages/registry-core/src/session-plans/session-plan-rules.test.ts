import fc from "fast-check";
import { expect, test } from "vitest";

import {
  findOwnPlan,
  findRegisteredPlan,
  planRows,
  withDroppedSessions,
  withKeptSessions,
  withPlan,
  withStatus,
} from "./session-plan-rules.ts";
import {
  type SessionPlan,
  type StoredRegistry,
  StoredRegistrySchema,
  STATUSES,
} from "./session-plan.ts";
import { withTrashedPlans } from "./trashed-plan-rules.ts";

const planNamed = (plan: string): SessionPlan => ({
  plan,
  createdAt: "2026-01-01T00:00:00.000Z",
  status: "created",
});

function register(registry: StoredRegistry, sessionID: string, plan: string): StoredRegistry {
  return withPlan(registry, sessionID, planNamed(plan)).plans;
}

/** What the file gives after a write and a read. */
function reread(registry: StoredRegistry): StoredRegistry {
  return StoredRegistrySchema.parse(JSON.parse(JSON.stringify(registry)));
}

// Few keys and few names, so that sessions meet in one bucket and register again.
const sessionID = fc.oneof(
  fc
    .tuple(fc.constantFrom("ses_66d", "ses_66e"), fc.stringMatching(/^[0-9a-f]{1,3}$/))
    .map((parts) => parts.join("")),
  fc.constantFrom("__proto__", "constructor", "toString", "valueOfX", "valueOfY"),
);
const registration = fc.record({
  sessionID,
  plan: fc.constantFrom("a", "b", "c"),
  // A step that changes a status instead; and whether the file is written and read behind it.
  status: fc.option(fc.constantFrom(...STATUSES), { nil: undefined }),
  isReread: fc.boolean(),
});

test("every session finds its own latest plan and status, a stranger in the bucket none", () => {
  fc.assert(
    fc.property(fc.array(registration, { maxLength: 30 }), sessionID, (history, stranger) => {
      let registry: StoredRegistry = {};
      const latest = new Map<string, string>();
      for (const { sessionID: id, plan, status, isReread } of history) {
        const former = latest.get(id)?.split(" ")[0];
        const changed =
          status === undefined ? register(registry, id, plan) : withStatus(registry, id, status);
        expect(changed !== undefined).toBe(status === undefined || former !== undefined);
        if (changed === undefined) continue;
        registry = changed;
        latest.set(id, status === undefined ? `${plan} created` : `${former} ${status}`);
        if (isReread) registry = reread(registry);
      }
      const textOf = (plan: SessionPlan | undefined): string | undefined =>
        plan && `${plan.plan} ${plan.status}`;
      for (const [id, text] of latest) expect(textOf(findOwnPlan(registry, id))).toBe(text);
      expect(textOf(findRegisteredPlan(registry, stranger))).toBe(latest.get(stranger));
      const rows = planRows(registry).map((row) => [row.sessionID, textOf(row.plan)] as const);
      expect(new Map(rows)).toEqual(latest);
      expect(rows).toHaveLength(latest.size);
    }),
  );
});

test("a reader that knows only the short key sees the latest registration and its status", () => {
  let registry = register({}, "ses_66d1111", "first");
  registry = register(registry, "ses_66d2222", "second");
  expect(registry["ses_66d"]).toMatchObject({ ...planNamed("second"), sessionID: "ses_66d2222" });
  registry = withStatus(registry, "ses_66d1111", "executed") ?? {};
  expect(registry["ses_66d"]).toMatchObject({ plan: "second", status: "created" });
  registry = withStatus(registry, "ses_66d2222", "failed") ?? {};
  expect(registry["ses_66d"]).toMatchObject({ plan: "second", status: "failed" });
  expect(findOwnPlan(registry, "ses_66d1111")).toMatchObject({ plan: "first", status: "executed" });
});

test("an entry of an older tool is found by its session, and is kept when another registers", () => {
  let registry: StoredRegistry = { ses_66d: planNamed("old") };
  expect(findRegisteredPlan(registry, "ses_66d1111")?.plan).toBe("old");
  expect(withStatus(registry, "ses_66d1111", "executed")?.["ses_66d"]).toEqual({
    ...planNamed("old"),
    status: "executed",
  });
  registry = register(registry, "ses_66d2222", "new");
  expect(findRegisteredPlan(registry, "ses_66d1111")).toBeUndefined();
  expect(planRows(registry)).toEqual([
    { sessionKey: "ses_66d", plan: planNamed("old") },
    { sessionKey: "ses_66d", sessionID: "ses_66d2222", plan: planNamed("new") },
  ]);
});

test("an entry of one known session is that session's alone", () => {
  const registry = { ses_66d: { ...planNamed("mine"), sessionID: "ses_66d1111" } };
  expect(findRegisteredPlan(registry, "ses_66d1111")?.plan).toBe("mine");
  expect(findRegisteredPlan(registry, "ses_66d2222")).toBeUndefined();
  expect(withStatus(registry, "ses_66d2222", "executed")).toBeUndefined();
  expect(planRows(registry)).toMatchObject([{ sessionID: "ses_66d1111" }]);
});

test("a session keeps its parent, and another's registration does not inherit it", () => {
  const child = { ...planNamed("a"), parentID: "ses_66d0" };
  const registry = { ses_66d: { ...child, sessionID: "ses_66d1", sessions: { ses_66d1: child } } };
  const again = withPlan(registry, "ses_66d1", planNamed("b"));
  expect(again.stored).toEqual({ ...planNamed("b"), parentID: "ses_66d0" });
  expect(again.plans["ses_66d"]).toMatchObject({ plan: "b", parentID: "ses_66d0" });
  const other = withPlan(registry, "ses_66d2", planNamed("c")).plans["ses_66d"];
  expect(other).not.toHaveProperty("parentID");
  expect(other?.sessions).toEqual({ ses_66d1: child, ses_66d2: planNamed("c") });
});

test("an id as short as the key is a session's like any other", () => {
  const registry = register({}, "ses_66d", "short");
  expect(planRows(registry)).toMatchObject([{ sessionKey: "ses_66d", sessionID: "ses_66d" }]);
});

const old = { ...planNamed("old"), createdAt: "2026-02-02T00:00:00.000Z" };
const always = (): boolean => true;

test("the sessions that an older tool has dropped are put back beside its own entry", () => {
  let before = register({}, "ses_66d1111", "first");
  before = register(before, "ses_77d1111", "other");
  const { registry, keys } = withDroppedSessions(before, { ses_66d: old }, always);
  expect(keys).toEqual(["ses_66d"]);
  expect(Object.keys(registry)).toEqual(["ses_66d"]);
  expect(findRegisteredPlan(registry, "ses_66d1111")?.plan).toBe("first");
  expect(findRegisteredPlan(registry, "ses_66d2222")).toBeUndefined();
  expect(planRows(registry)).toMatchObject([
    { sessionID: "ses_66d1111", plan: { plan: "first" } },
    { sessionKey: "ses_66d", plan: { plan: "old" } },
  ]);
  expect(withDroppedSessions(registry, registry, always).keys).toEqual([]);
  // The file is still the same when it is looked at again; then somebody else registers.
  const again = withDroppedSessions(registry, { ses_66d: old }, always, keys);
  expect(again).toEqual({ registry, keys });
  const after = register({ ses_66d: old }, "ses_66d2222", "second");
  expect(planRows(withDroppedSessions(registry, after, always, keys).registry)).toHaveLength(3);
});

test("they are put back also when somebody who had not seen them has registered since", () => {
  const before = register({}, "ses_66d1111", "first");
  const after = register({ ses_66d: old }, "ses_66d2222", "second");
  const { registry } = withDroppedSessions(before, after, always);
  expect(planRows(registry).map((row) => row.sessionID)).toEqual([
    "ses_66d1111",
    undefined,
    "ses_66d2222",
  ]);
});

test("a session that is back already keeps what was changed of its plan since", () => {
  let before = register({}, "ses_66d1111", "first");
  before = register(before, "ses_66d2222", "second");
  const first = { ...planNamed("first"), status: "executed" } as const;
  const after = { ses_66d: { ...old, sessions: { ses_66d1111: first, ses_66d: old } } };
  const { registry } = withDroppedSessions(before, after, always, ["ses_66d"]);
  expect(findRegisteredPlan(registry, "ses_66d1111")?.status).toBe("executed");
  expect(findRegisteredPlan(registry, "ses_66d2222")?.plan).toBe("second");
});

test("what was taken away in another way stays away", () => {
  let before = register({}, "ses_66d1111", "first");
  before = register(before, "ses_66d2222", "second");
  const kept = { ...before["ses_66d"], sessions: {} };
  expect(withDroppedSessions(before, { ses_66d: kept }, always).keys).toEqual([]);
  expect(withDroppedSessions(before, {}, always).keys).toEqual([]);
  expect(withDroppedSessions(before, { ses_66d: old }, () => false).keys).toEqual([]);
});

test("an entry that is written without its sessions leaves them", () => {
  const before = register({}, "ses_66d1111", "first");
  const next = withKeptSessions(before, { ses_66d: old, ses_77d: old });
  expect(findRegisteredPlan(next, "ses_66d1111")?.plan).toBe("first");
  expect(planRows(next)).toHaveLength(3);
  expect(
    withKeptSessions(before, { ses_66d: { ...old, sessions: {} } })["ses_66d"]?.sessions,
  ).toEqual({});
});

const plans = fc.array(fc.tuple(sessionID, fc.constantFrom("a", "b", "c")), { maxLength: 12 });

test("what comes back from the trash: each session has its present plan, or else its former one", () => {
  fc.assert(
    fc.property(
      fc.array(plans, { minLength: 2, maxLength: 4 }),
      fc.boolean(),
      (cleanings, isReread) => {
        let second = 0;
        // Registered one after the other, each list in a registry of its own.
        const registries = cleanings.map((registrations) =>
          registrations.reduce<StoredRegistry>((registry, [id, plan]) => {
            const createdAt = new Date(Date.UTC(2026, 0, 1, 0, 0, (second += 1))).toISOString();
            return withPlan(registry, id, { plan, createdAt, status: "created" }).plans;
          }, {}),
        );
        const present = registries.at(-1) ?? {};
        const former = registries.slice(0, -1);
        // In whatever order: here the latest first, as `cabinet restore plans` has it.
        const merged = former.toReversed().reduce((registry, trashed) => {
          const next = withTrashedPlans(registry, trashed);
          expect(withTrashedPlans(next, trashed)).toBe(next);
          return isReread ? reread(next) : next;
        }, present);
        const expected = new Map<string, SessionPlan>();
        for (const registry of registries) {
          for (const { sessionID: id = "", plan } of planRows(registry)) expected.set(id, plan);
        }
        for (const [id, plan] of expected) expect(findOwnPlan(merged, id)).toEqual(plan);
        expect(planRows(merged)).toHaveLength(expected.size);
        // At the top of each entry stands the latest of its registrations.
        for (const { sessionID: id, sessions, ...top } of Object.values(merged)) {
          const all = Object.entries(sessions ?? {});
          expect(all.every(([, { createdAt }]) => createdAt <= (top.createdAt ?? ""))).toBe(true);
          expect(sessions?.[id ?? ""]).toEqual(top);
        }
      },
    ),
  );
});

test("what an older tool has filed comes back as nobody's in particular, and yields to its present plan", () => {
  const latest = { ...planNamed("new"), createdAt: "2026-02-01T00:00:00.000Z" };
  const filed: StoredRegistry = { ses_66d: planNamed("old") };
  const present = withPlan({}, "ses_66d1", latest).plans;
  expect(planRows(withTrashedPlans(present, filed))).toEqual([
    { sessionKey: "ses_66d", plan: planNamed("old") },
    { sessionKey: "ses_66d", sessionID: "ses_66d1", plan: latest },
  ]);
  expect(withTrashedPlans({ ses_66d: latest }, filed)).toEqual({ ses_66d: latest });
  const both = withTrashedPlans(filed, present)["ses_66d"];
  expect(both).toMatchObject({ plan: "new", sessionID: "ses_66d1" });
  expect(both?.sessions).toEqual({ ses_66d1: latest, ses_66d: planNamed("old") });
});

test("fields that nobody knows come back where there is none of that name", () => {
  const entry = {
    ...planNamed("a"),
    sessionID: "ses_66d1",
    sessions: { ses_66d1: planNamed("a") },
  };
  const trashed: StoredRegistry = { ses_66d: Object.assign({ colour: "red", size: 1 }, entry) };
  const present: StoredRegistry = { ses_66d: Object.assign({ colour: "blue" }, entry) };
  expect(withTrashedPlans(present, trashed)).toEqual({
    ses_66d: { ...entry, colour: "blue", size: 1 },
  });
  expect(withTrashedPlans(trashed, present)).toBe(trashed);
});
