import { expect, test } from "vitest";

import { identityOf, Sessions } from "./sessions.ts";

/** Sessions with their parents, `child<parent`. */
function sessionsOf(...lines: readonly string[]): Sessions {
  const sessions = new Sessions();
  for (const line of lines) {
    const [id = "", parentID] = line.split("<");
    const session = sessions.hearOf(id);
    if (parentID !== undefined) session.parentID = parentID;
  }
  return sessions;
}

test("an agent is called by its name, its provider and its model", () => {
  expect(identityOf("build", { providerID: "local", modelID: "a/b" })).toEqual({
    agentId: "build@local/a/b",
    name: "build",
    model: "local/a/b",
  });
});

test("parents are told with the nearest first, children with the latest heard of first", () => {
  const sessions = sessionsOf("a", "b<a", "c<b", "d<a", "x");
  expect(sessions.parentsOf("c")).toEqual(["b", "a"]);
  expect(sessions.parentsOf("a")).toEqual([]);
  expect(sessions.parentsOf("unknown")).toEqual([]);
  expect(sessions.childrenOf("a")).toEqual(["d", "c", "b"]);
  sessions.hearOf("b");
  expect(sessions.childrenOf("a")).toEqual(["b", "d", "c"]);
  expect(sessions.childrenOf("b")).toEqual(["c"]);
  expect(sessions.childrenOf("x")).toEqual([]);
});

test.each<[string, string, boolean]>([
  ["a", "a", true],
  ["a", "c", true],
  ["c", "a", true],
  ["c", "d", true],
  ["a", "x", false],
  ["y", "d", false],
  ["unknown", "unknown", true],
  ["unknown", "a", false],
])("%s and %s are of one family: %j", (one, other, isFamily) => {
  const sessions = sessionsOf("a", "b<a", "c<b", "d<a", "x", "y<x");
  expect(sessions.isFamily(one, other)).toBe(isFamily);
});

test("a parent that nobody has heard of is one all the same", () => {
  const sessions = sessionsOf("b<a", "c<a");
  expect(sessions.parentsOf("b")).toEqual(["a"]);
  expect(sessions.isFamily("b", "c")).toBe(true);
});

test("sessions that have started each other have an end", () => {
  const sessions = sessionsOf("a<a", "b<c", "c<b", "d<b");
  expect(sessions.parentsOf("a")).toEqual([]);
  expect(sessions.parentsOf("b")).toEqual(["c"]);
  expect(sessions.parentsOf("d")).toEqual(["b", "c"]);
  expect(sessions.childrenOf("b")).toEqual(["d", "c"]);
});

test("what was forgotten is new when it is heard of again", () => {
  const sessions = sessionsOf("a");
  sessions.hearOf("a").identity = identityOf("build", { providerID: "p", modelID: "m" });
  expect(sessions.identityOf("a")?.agentId).toBe("build@p/m");
  sessions.forget("a");
  expect(sessions.find("a")).toBeUndefined();
  expect(sessions.hearOf("a")).toEqual({ id: "a", hasFailed: false });
});

test("of more than five thousand, the one that was not heard of for longest is forgotten", () => {
  const sessions = sessionsOf(...Array.from({ length: 5_000 }, (_, index) => `s${index}`));
  sessions.hearOf("s0");
  sessions.hearOf("new");
  expect(sessions.find("s0")).toBeDefined();
  expect(sessions.find("s1")).toBeUndefined();
  expect(sessions.find("s2")).toBeDefined();
  expect(sessions.find("new")).toBeDefined();
});
