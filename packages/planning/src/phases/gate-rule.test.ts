import { expect, test } from "vitest";

import { type Evidence, type GateFacts, gateOf } from "./gate-rule.ts";

const now = new Date("2026-10-06T12:00:00.000Z");
const daysAgo = (days: number, milliseconds = 0): Date =>
  new Date(now.getTime() - days * 86_400_000 - milliseconds);

const facts: GateFacts = {
  phases: "present",
  folder: "p",
  research: "present",
  evidence: [
    { path: "p/check", state: "present" },
    { path: "p/proof", state: "present" },
  ],
  lessons: { path: "lessons", state: "present" },
  touched: daysAgo(1),
};

test("with all that it asks for, it is passed", () => {
  expect(gateOf(facts, now)).toEqual({ state: "passed", missing: [] });
});

test.each([
  ["seven days ago", daysAgo(7), "passed"],
  ["a moment before that", daysAgo(7, 1), "refused"],
  ["in the future", daysAgo(-400), "passed"],
])("lessons that were touched %s: %s", (_title, touched, state) => {
  expect(gateOf({ ...facts, touched }, now).state).toBe(state);
});

test("everything that is missing is named, with the reason", () => {
  const states: Evidence["state"][] = ["missing", "empty", "no file"];
  const evidence = states.map((state): Evidence => ({ path: `p/${state}`, state }));
  expect(gateOf({ ...facts, evidence, touched: daysAgo(8) }, now)).toEqual({
    state: "refused",
    missing: [
      "p/missing is missing",
      "p/empty is empty",
      "p/no file is not a regular file",
      "lessons was last touched at 2026-09-28T12:00:00.000Z, more than 7 days ago",
    ],
  });
  const lessons: Evidence = { path: "lessons", state: "missing" };
  expect(gateOf({ ...facts, lessons, touched: undefined }, now).missing).toEqual([
    "lessons is missing",
  ]);
});

test("it is skipped as a whole without a folder of the phase, or without lessons to be learned", () => {
  const evidence: Evidence[] = [{ path: "p/check", state: "missing" }];
  expect(gateOf({ ...facts, evidence, folder: undefined }, now)).toEqual({
    state: "skipped",
    missing: [],
    reason: "the phase has no folder in .planning/phases",
  });
  expect(gateOf({ ...facts, evidence, research: "missing" }, now)).toEqual({
    state: "skipped",
    missing: [],
    reason: "there is no folder .internal-research",
  });
  const noFolders = { ...facts, evidence, folder: undefined, research: "no folder" } as const;
  expect(gateOf({ ...noFolders, phases: "no folder" }, now).reason).toBe(
    ".planning/phases is not a folder",
  );
  expect(gateOf({ ...noFolders, folder: "p" }, now).reason).toBe(
    ".internal-research is not a folder",
  );
});
