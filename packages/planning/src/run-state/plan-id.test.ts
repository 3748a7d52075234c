import fc from "fast-check";
import { expect, test } from "vitest";

import { byPlan, isSamePlan, orderedPlans } from "./plan-id.ts";

test("plans are ordered as people count", () => {
  const plans = ["10", "02-10", "2", "02-1", "01a", "1", "2.1", "03b-2", "03b", "login"];
  expect(plans.toSorted(byPlan)).toEqual([
    "1",
    "01a",
    "2",
    "02-1",
    "02-10",
    "2.1",
    "03b",
    "03b-2",
    "10",
    "login",
  ]);
});

test("numbers within a name count, too", () => {
  expect(["phase10", "phase2", "phase01"].toSorted(byPlan)).toEqual([
    "phase01",
    "phase2",
    "phase10",
  ]);
});

test("spellings of one plan are one, in the spelling that is known", () => {
  expect(isSamePlan("02-1", "2-01")).toBe(true);
  expect(orderedPlans(["2", "02", "1"], ["02"])).toEqual(["1", "02"]);
});

test("large numbers are compared as numbers", () => {
  expect(["9".repeat(30), `1${"0".repeat(30)}`].toSorted(byPlan)[0]).toBe("9".repeat(30));
});

const plan = fc.stringMatching(/^\d{1,3}[a-c]?([-.]\d{1,3}[a-c]?){0,2}$/);

test("the order is one: what comes before another does so whoever stands between", () => {
  fc.assert(
    fc.property(plan, plan, plan, (one, other, third) => {
      const isBefore = byPlan(one, other) <= 0 && byPlan(other, third) <= 0;
      expect(Math.sign(byPlan(one, other))).toBe(-Math.sign(byPlan(other, one)) || 0);
      expect(!isBefore || byPlan(one, third) <= 0).toBe(true);
      expect(byPlan(one, other) === 0).toBe(one === other);
    }),
  );
});
