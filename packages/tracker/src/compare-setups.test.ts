import { expect, test } from "vitest";

import { agent, commit, graded, MORNING } from "../test/support/sample-records.ts";
import { compareSetups } from "./compare-setups.ts";
import type { Grade } from "./records/grade.ts";

const agents = [agent("a", { total_bugs: 2 }), agent("b", { skill_points: 0 }), agent("c")];

function grades(id: string, ...given: Grade[]) {
  return given.map((grade) => graded(id, { grade }));
}

test("set-ups with better grades stand first, those with none between good and bad", () => {
  const facts = { agents, commits: [], grades: [...grades("a", -1, -1), ...grades("b", 2, 5, 1)] };
  const rows = compareSetups(facts, { by: "agent" });
  expect(rows.map(({ agentId }) => agentId)).toEqual(["b", "c", "a"]);
  expect(rows[0]).toMatchObject({ meanGrade: 8 / 3, grades: 3, goodShare: 2 / 3, halted: true });
  expect(rows[1]).toMatchObject({ meanGrade: undefined, goodShare: undefined, lastAt: undefined });
  expect(rows[2]).toMatchObject({ meanGrade: -1, bugs: 2, halted: false });
});

test("one lucky grade does not stand before many good ones", () => {
  const many = Array.from({ length: 20 }, (): Grade => 2);
  const facts = { agents, commits: [], grades: [...grades("a", 5), ...grades("c", ...many, 5, 5)] };
  const [first] = compareSetups(facts, { by: "agent" });
  expect(first?.agentId).toBe("a");
  const fewer = { ...facts, grades: [...grades("a", 2), ...grades("c", ...many)] };
  expect(compareSetups(fewer, { by: "agent" })[0]?.agentId).toBe("c");
});

test("by project, each row has the commits and grades of its project", () => {
  const later = new Date(MORNING.getTime() + 1000);
  const commits = [
    commit("1", { agent_id: "a", project_path: "/x" }),
    commit("2", { agent_id: "a", project_path: "/y", timestamp: later }),
    commit("3", { agent_id: "nobody", project_path: "/y" }),
  ];
  const facts = { agents, commits, grades: [graded("a", { project_path: "/y", grade: 5 })] };
  const rows = compareSetups(facts, { by: "project" });
  expect(
    rows.map(({ projectPath, agentId, commits: count, grades: given }) => [
      projectPath,
      agentId,
      count,
      given,
    ]),
  ).toEqual([
    ["/x", "a", 1, 0],
    ["/y", "a", 1, 1],
  ]);
  expect(rows[1]?.lastAt).toEqual(later);
});
