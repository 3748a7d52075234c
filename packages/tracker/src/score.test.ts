import fc from "fast-check";
import { expect, test } from "vitest";

import { type Grade, GRADE_LABELS, isGrade } from "./records/grade.ts";
import { applyScoreEvent, createAgentScore, type ScoreEvent } from "./score.ts";

const after = (...events: ScoreEvent[]) => events.reduce(applyScoreEvent, createAgentScore());

test("a new agent has one skill point, no experience and a communication score of 60", () => {
  expect(createAgentScore()).toEqual({
    skill_points: 1,
    experience_points: 0,
    communication_score: 60,
    total_commits: 0,
    total_bugs: 0,
    active: true,
  });
});

test("tools, commands, commits and grades give 1, 2, 5 and 1 experience points", () => {
  const graded = { type: "grade", agentGrade: 2, userGrade: 5 } as const;
  expect(after({ type: "tool" }, { type: "command" }, { type: "commit" }, graded)).toMatchObject({
    experience_points: 9,
    total_commits: 1,
    communication_score: 67,
  });
});

test("at 10 000 experience points per skill point the agent rises and starts at 0 again", () => {
  const score = { ...createAgentScore(), skill_points: 2, experience_points: 19_998 };
  expect(applyScoreEvent(score, { type: "tool" })).toMatchObject({
    skill_points: 2,
    experience_points: 19_999,
  });
  expect(applyScoreEvent(score, { type: "commit" })).toMatchObject({
    skill_points: 3,
    experience_points: 0,
  });
});

test("the bug that takes the last skill point halts the agent, and nothing it does lifts it again", () => {
  const halted = after({ type: "bug" });
  expect(halted).toMatchObject({ skill_points: 0, total_bugs: 1, active: false });
  expect(applyScoreEvent(halted, { type: "commit" })).toMatchObject({
    skill_points: 0,
    experience_points: 5,
    active: false,
  });
});

test("a bug never makes an agent rise, however much experience it has", () => {
  const score = { ...createAgentScore(), skill_points: 3, experience_points: 25_000 };
  expect(applyScoreEvent(score, { type: "bug" })).toMatchObject({
    skill_points: 2,
    experience_points: 25_000,
  });
});

test("a halted agent that is reinstated has one skill point and is active; others lose nothing by it", () => {
  const back = after({ type: "bug" }, { type: "bug" }, { type: "reinstate" });
  expect(back).toMatchObject({ skill_points: 1, active: true, total_bugs: 2 });
  const score = { ...createAgentScore(), skill_points: 4 };
  expect(applyScoreEvent(score, { type: "reinstate" })).toEqual(score);
});

test("a grade for communication changes that score alone", () => {
  expect(after({ type: "communication", grade: 5 })).toMatchObject({
    communication_score: 65,
    experience_points: 0,
  });
});

test("a user who gives no grade has none counted", () => {
  expect(after({ type: "grade", agentGrade: 2 })).toMatchObject({ communication_score: 62 });
});

test.each([0, 3, -5, 1.5, Number.NaN])("%d is no grade, and is refused", (value) => {
  expect(isGrade(value)).toBe(false);
  const event = { type: "grade", agentGrade: 1, userGrade: value as Grade } as const;
  expect(() => after(event)).toThrow(RangeError);
});

test("over any history the communication score is never negative and the counts are exact", () => {
  const grade = fc.constantFrom<Grade>(-1, 1, 2, 5);
  const event: fc.Arbitrary<ScoreEvent> = fc.oneof(
    fc.constantFrom("tool", "command", "commit", "bug").map((type) => ({ type })),
    fc.record({ type: fc.constant("grade"), agentGrade: grade, userGrade: grade }),
  );
  fc.assert(
    fc.property(fc.array(event), (events) => {
      const score = after(...events);
      const count = (type: ScoreEvent["type"]) => events.filter((e) => e.type === type).length;
      expect(score.communication_score).toBeGreaterThanOrEqual(0);
      expect(score.total_commits).toBe(count("commit"));
      expect(score.total_bugs).toBe(count("bug"));
      expect(score.active).toBe(count("bug") === 0);
    }),
  );
});

test("every grade has its label", () => {
  expect(GRADE_LABELS).toEqual({ "-1": "bad", 1: "neutral", 2: "good", 5: "excellence" });
});
