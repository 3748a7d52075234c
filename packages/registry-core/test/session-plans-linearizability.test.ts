import { appendFileSync } from "node:fs";

import { expect, test } from "vitest";

import { losesARace } from "../../../test/loses-a-race.ts";
import { isLongTier } from "../../../test/tier.ts";
import { faultsOfHistory, type Operation } from "./support/plan-history.ts";
import {
  type Report,
  type Torture,
  tortureRegistrations,
} from "./support/torture-registrations.ts";

const state = (plan: string) =>
  ({ plan: `s1-${plan}`, status: "created", createdAt: "2026-11-21" }) as const;

/** The plan is registered from the one to the other time; without the latter, nobody knows. */
function write(plan: string, from: number, to?: number): Operation {
  const end = to === undefined ? {} : { to: BigInt(to), value: state(plan) };
  return { call: "register", session: "s1", state: state(plan), from: BigInt(from), ...end };
}

/** The plan is found from the one to the other time. */
function find(plan: string | null, from: number, to: number): Operation {
  const value = plan === null ? null : state(plan);
  return { call: "lookup", session: "s1", from: BigInt(from), to: BigInt(to), value };
}

test.each<[string, string[], Operation[]]>([
  ["that is sound", [], [find(null, 1, 2), write("a", 3, 6), find("a", 7, 8), write("b", 9)]],
  ["of a look during a write", [], [write("a", 1, 2), write("b", 3, 9), find("b", 4, 5)]],
  ["of a look before the same", [], [write("a", 1, 2), write("b", 3, 9), find("a", 4, 5)]],
  ["of a write that was killed", [], [write("a", 1), find("a", 3, 4), find("a", 5, 6)]],
  ["of one that was killed in time", [], [write("a", 1), find(null, 3, 4), find(null, 5, 6)]],
  ["with a lost plan", ["lost"], [write("a", 1, 2), find(null, 3, 4)]],
  ["with an older plan", ["lost"], [write("a", 1, 2), write("b", 3, 4), find("a", 5, 6)]],
  ["with a plan too early", ["early"], [find("a", 1, 2), write("a", 3, 4)]],
  ["that goes back", ["back"], [write("a", 1), find("a", 2, 3), find(null, 4, 5)]],
  ["with a plan of nobody", ["wrong"], [write("a", 1, 2), find("c", 3, 4)]],
  [
    "with another's plan",
    ["mixed"],
    [{ ...find("a", 1, 2), value: { ...state("a"), plan: "s2-a" } }],
  ],
  [
    "with another time",
    ["wrong"],
    [write("a", 1, 2), { ...find("a", 3, 4), value: { ...state("a"), createdAt: "now" } }],
  ],
  ["with a change that found nothing", ["lost"], [{ ...write("a", 1, 2), value: null }]],
])("in a history %s, %j is found", (_, kinds, operations) => {
  expect(faultsOfHistory(operations).map((fault) => fault.split(":")[0])).toEqual(kinds);
});

/** Where the figures go when somebody wants them. */
const reportFile = process.env["CABINET_TORTURE_REPORT"];

interface Figures extends Report {
  readonly lost: number;
  readonly mixed: number;
}

async function torture(how: Torture): Promise<Figures> {
  const report = await tortureRegistrations(how);
  const count = (kind: string): number =>
    report.faults.filter((fault) => fault.startsWith(kind)).length;
  const figures = { ...report, lost: count("lost"), mixed: count("mixed") };
  if (reportFile !== undefined) appendFileSync(reportFile, `${textOf({ ...how, ...figures })}\n`);
  return figures;
}

function textOf(figures: Figures): string {
  return JSON.stringify({ ...figures, faults: figures.faults.length });
}

test("registrations that replace the file without a lock lose some, and that is found", async () => {
  const how = { processes: 4, kills: 1, milliseconds: 500, discipline: "bare" } as const;
  expect(await losesARace(async () => (await torture(how)).lost > 0)).toBe(true);
});

test("of processes that are killed and stopped at any moment, no registration is lost, and none is mixed with another", async () => {
  const report = await torture({
    processes: isLongTier ? 16 : 6,
    kills: isLongTier ? 32 : 8,
    milliseconds: isLongTier ? 20_000 : 4_000,
    discipline: "exclusive",
  });
  const { faults, kills, stops, registrations } = report;
  // The first ones tell enough, with what was done.
  expect(faults.length === 0 ? [] : [textOf(report), ...faults.slice(0, 10)]).toEqual([]);
  expect(Math.min(kills, stops, registrations)).toBeGreaterThan(0);
});
