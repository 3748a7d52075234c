import { expect, test } from "vitest";

import { oldRecord } from "./old-record.ts";

const HASH = "0123456789abcdef0123456789abcdef01234567";

test.each([
  ["/a:b", HASH],
  ["C:\\x", HASH],
  ["/a", "feature:1"],
  ["", HASH],
])("of a commit of %j and %j the value says where the path ends", (project_path, commit_hash) => {
  const value = { project_path, commit_hash, agent_id: "a", timestamp: new Date(5) };
  const { record } = oldRecord(`commit:${project_path}:${commit_hash}`, value);
  expect(record).toMatchObject({ project_path, commit_hash, agent_id: "a", experience_gained: 0 });
});

test("where the value says something else than its key, the key is what it was found by", () => {
  const { record } = oldRecord(`commit:/a:b:${HASH}`, { project_path: "/elsewhere" });
  expect(record).toMatchObject({ project_path: "/a:b", commit_hash: HASH });
  const event = oldRecord(`communication:a:b:${HASH}:1700000000000`, { agent_id: "x", grade: 2 });
  expect(event.record).toMatchObject({
    agent_id: "a:b",
    commit_hash: HASH,
    timestamp: "2023-11-14T22:13:20.000Z",
  });
});

test("times are read as dates, as texts and as milliseconds; without one it is the beginning of time", () => {
  const created = (created_at: unknown): unknown =>
    Reflect.get(oldRecord("agent:a", { created_at }).record, "created_at");
  expect(created(new Date(5))).toBe("1970-01-01T00:00:00.005Z");
  expect(created("2026-01-01")).toBe("2026-01-01T00:00:00.000Z");
  expect(created(7)).toBe("1970-01-01T00:00:00.007Z");
  expect(created(null)).toBe("1970-01-01T00:00:00.000Z");
});

test("what an agent has lost on the way is that of a new one, and what nobody knows is kept", () => {
  const { record } = oldRecord("agent:a:b", { skill_points: 0, mood: { since: new Date(5) } });
  expect(record).toMatchObject({
    id: "a:b",
    skill_points: 0,
    active: false,
    communication_score: 60,
    mood: { since: "1970-01-01T00:00:00.005Z" },
  });
});

test.each([
  ["settings:theme", {}],
  ["agent", "text"],
  ["agent:", {}],
  ["agent:a", null],
  ["agent:a", { total_bugs: "many" }],
  ["communication:a:b:1", { grade: 3 }],
  ["communication:a:b:soon", { grade: 2 }],
])("%s with %j is no record of the original", (key, value) => {
  expect(() => oldRecord(key, value)).toThrow(Error);
});
