import fc from "fast-check";
import { expect, test } from "vitest";

import { type Move, type PlanningEntry, planMigration } from "./migration-plan.ts";

const name = fc.constantFrom("a", "b", "c", "d", "e");

const entries = fc.uniqueArray(
  fc.record({
    folder: name,
    name: fc.option(name, { nil: undefined }),
    fault: fc.option(fc.constant("damaged"), { nil: undefined, freq: 8 }),
    isOfBranchModel: fc.boolean(),
  }),
  { selector: ({ folder }) => folder },
);

/** What lies there once a folder has its new field, and, if it gets that far, its new name. */
function afterMove(
  all: readonly PlanningEntry[],
  { from, to }: Move,
  isWhole: boolean,
): PlanningEntry[] {
  return all.map((entry) => {
    if (entry.folder !== from) return entry;
    return { ...entry, isOfBranchModel: false, folder: isWhole ? to : from };
  });
}

function afterAll(all: readonly PlanningEntry[]): PlanningEntry[] {
  return planMigration(all).moves.reduce((now, move) => afterMove(now, move, true), [...all]);
}

const byFolder = (all: readonly PlanningEntry[]): PlanningEntry[] =>
  all.toSorted((one, other) => (one.folder < other.folder ? -1 : 1));

test("wherever a run is cut short, the next one leads to the same end", () => {
  fc.assert(
    fc.property(entries, fc.nat({ max: 6 }), fc.boolean(), (all, count, isHalf) => {
      const { moves, conflicts } = planMigration(all);
      let now: PlanningEntry[] = [...all];
      for (const move of moves.slice(0, count)) now = afterMove(now, move, true);
      const next = moves[count];
      if (isHalf && next !== undefined) now = afterMove(now, next, false);
      expect(byFolder(afterAll(now))).toEqual(byFolder(afterAll(all)));
      const stuck = (some: readonly Move[]): string[] =>
        some.map(({ from, to }) => `${from} ${to}`).toSorted();
      expect(stuck(planMigration(now).conflicts)).toEqual(stuck(conflicts));
    }),
    { numRuns: 5000 },
  );
});

test("nothing is moved onto something, nor lost", () => {
  fc.assert(
    fc.property(entries, (all) => {
      const { moves, conflicts } = planMigration(all);
      let taken: string[] = all.map(({ folder }) => folder);
      for (const { from, to } of moves) {
        expect(taken).toContain(from);
        expect(taken.filter((folder) => folder !== from)).not.toContain(to);
        taken = taken.map((folder) => (folder === from ? to : folder));
      }
      const told = [...moves, ...conflicts].map(({ from }) => from);
      expect(new Set(told).size).toBe(told.length);
    }),
    { numRuns: 5000 },
  );
});

test("a second run finds nothing to move, and the same conflicts", () => {
  fc.assert(
    fc.property(entries, (all) => {
      const after = planMigration(afterAll(all));
      expect(after.moves).toEqual([]);
      expect(after.conflicts).toEqual(planMigration(all).conflicts);
    }),
    { numRuns: 2000 },
  );
});

test("a folder with a fault stays, and so does one that would take its place", () => {
  const all = [
    { folder: "a", name: "a", fault: "damaged" },
    { folder: "b", name: "a" },
  ];
  expect(planMigration(all).moves).toEqual([]);
});

test("folders that have each other's names stay", () => {
  const all = [
    { folder: "a", name: "b" },
    { folder: "b", name: "a" },
  ];
  expect(planMigration(all)).toEqual({
    moves: [],
    conflicts: [
      { from: "a", to: "b", reason: "something of that name is there" },
      { from: "b", to: "a", reason: "something of that name is there" },
    ],
  });
});
