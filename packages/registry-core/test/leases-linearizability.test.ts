import { appendFileSync } from "node:fs";

import { expect, test } from "vitest";

import { losesARace } from "../../../test/loses-a-race.ts";
import { isLongTier } from "../../../test/tier.ts";
import { DOUBLES } from "./support/lease-doubles.ts";
import { type Death, faultOfPhase, type Operation, type Seen } from "./support/lease-history.ts";
import { type LeaseReport, type LeaseTorture, tortureLeases } from "./support/lease-torture.ts";

type Call = Operation["call"];
type Asked = Pick<Operation, "epoch" | "agent">;

const lease = (epoch: number, state: Seen["state"], agent = "p1 own"): Seen => ({
  epoch,
  state,
  agent,
});

/** A call from the one to the other time, and what it gave: a lease, or the code of an error about it. */
function made(
  [call, asked = {}]: readonly [Call, Asked?],
  [from, to]: readonly [number, number],
  given: Seen | null,
  code?: string,
): Operation {
  const times = { from: BigInt(from), to: BigInt(to) };
  return { call, phase: "1", ...asked, ...times, answer: { lease: given, code } };
}

/** A call whose process was killed, and gone at the second time. */
function killed(
  [call, asked = {}]: readonly [Call, Asked?],
  [from, to]: readonly [number, number],
): Operation {
  return { call, phase: "1", ...asked, from: BigInt(from), to: BigInt(to) };
}

const GRANT = ["grant", { agent: "p1 own" }] as const;
const first = made(GRANT, [1, 4], lease(1, "open"));
const closed = made(["close", { epoch: 1 }], [5, 8], lease(1, "closed"));
const second = made(GRANT, [9, 12], lease(2, "open"));

test.each<[string, Operation[]]>([
  ["of one after the other", [first, closed, second, made(["get"], [13, 14], lease(2, "open"))]],
  ["of a look before a grant that runs at the same time", [first, made(["get"], [2, 3], null)]],
  ["of a look after it", [first, made(["get"], [2, 3], lease(1, "open"))]],
  ["of a grant that lost", [first, made(GRANT, [2, 3], lease(1, "open"), "LEASE_HELD")]],
  ["of a killed grant that was made", [killed(GRANT, [1, 4]), closed]],
  ["of one that was not", [killed(GRANT, [1, 4]), made(GRANT, [5, 6], lease(1, "open"))]],
  ["of one that was made late", [killed(GRANT, [1, 4]), made(["get"], [2, 3], null), closed]],
  [
    "of an old fence",
    [
      first,
      closed,
      second,
      made(["close", { epoch: 1 }], [13, 14], lease(2, "open"), "LEASE_FENCED"),
    ],
  ],
  ["of a clearing", [first, made(["clear"], [5, 8], lease(1, "open")), second]],
  ["of a holder that died in time", [first, made(["reclaim"], [5, 60], lease(1, "crashed"))]],
  ["of one that did not", [first, made(["reclaim"], [5, 60], lease(1, "open"), "LEASE_HELD")]],
])("a history %s is sound", (_, operations) => {
  expect(faultOfPhase(operations, DEATHS)).toBeUndefined();
});

const DEATHS = new Map<string, Death>([["p1", { alive: 50n, dead: 55n }]]);

test.each<[string, Operation[]]>([
  ["of two winners", [first, made(GRANT, [2, 3], lease(1, "open", "p2 own"))]],
  ["of two winners, one after the other", [first, made(GRANT, [5, 6], lease(2, "open"))]],
  ["of an epoch that was left out", [first, closed, made(GRANT, [9, 12], lease(3, "open"))]],
  [
    "of an epoch that begins again",
    [first, made(["clear"], [5, 8], lease(1, "open")), made(GRANT, [9, 12], lease(1, "open"))],
  ],
  ["of a lease that is lost", [first, made(["get"], [5, 6], null)]],
  [
    "of a lease too early",
    [made(["get"], [1, 2], lease(1, "open")), made(GRANT, [3, 4], lease(1, "open"))],
  ],
  [
    "of a killed grant that came and went",
    [killed(GRANT, [1, 9]), made(["get"], [2, 3], lease(1, "open")), made(["get"], [4, 5], null)],
  ],
  [
    "of one that was made by the dead",
    [killed(GRANT, [1, 4]), made(["get"], [5, 6], null), made(["get"], [7, 8], lease(1, "open"))],
  ],
  ["of an end that was undone", [first, closed, made(["get"], [9, 10], lease(1, "open"))]],
  [
    "of an old fence that let through",
    [first, closed, second, made(["close", { epoch: 1 }], [13, 14], lease(2, "closed"))],
  ],
  [
    "of a fence that refused its own",
    [first, made(["close", { epoch: 1 }], [5, 6], lease(1, "open"), "LEASE_FENCED")],
  ],
  ["of a holder that was robbed", [first, made(["reclaim"], [5, 49], lease(1, "crashed"))]],
  [
    "of a dead one that was spared",
    [first, made(["reclaim"], [56, 60], lease(1, "open"), "LEASE_HELD")],
  ],
])("a history %s is found out", (_, operations) => {
  expect(faultOfPhase(operations, DEATHS)).toBeTypeOf("string");
});

/** Where the figures go when somebody wants them. */
const reportFile = process.env["CABINET_TORTURE_REPORT"];

async function torture(how: LeaseTorture): Promise<LeaseReport> {
  const report = await tortureLeases(how);
  if (reportFile !== undefined) appendFileSync(reportFile, `${textOf(report)}\n`);
  return report;
}

function textOf({ rounds, ...report }: LeaseReport): string {
  const figures = rounds.map((round) => ({ ...round, faults: round.faults.length }));
  return JSON.stringify({ ...report, rounds: figures });
}

test("leases without a lock, without epochs that go on, with fences that are not looked at, or taken from the living are found out", async () => {
  const missed = new Set<string>(DOUBLES);
  const race = async (): Promise<boolean> => {
    const rounds = [...missed].flatMap((name) => DOUBLES.filter((one) => one === name));
    const report = await torture({
      processes: 2,
      // What is done under a lock takes longer, and goes wrong sooner.
      rounds: rounds.map((discipline) => ({
        discipline,
        calls: discipline === "bare" ? 500 : 80,
      })),
    });
    for (const { discipline, faults } of report.rounds)
      if (faults.length > 0) missed.delete(discipline);
    return missed.size === 0;
  };
  await losesARace(race);
  expect([...missed]).toEqual([]);
});

test("the calls of processes that are killed and stopped at any moment are as if made one by one: one holder, epochs that grow by one, no lease lost, none robbed", async () => {
  const report = await torture({
    processes: isLongTier ? 8 : 3,
    rounds: [{ discipline: "exclusive", calls: Infinity }],
    kills: isLongTier ? 32 : 4,
    milliseconds: isLongTier ? 20_000 : 3_000,
  });
  const { faults: endings, kills, stops, rounds } = report;
  const faults = [...endings, ...rounds.flatMap((round) => round.faults)];
  expect(faults.length === 0 ? [] : [textOf(report), ...faults]).toEqual([]);
  const reclaims = rounds.map((round) => round.reclaims);
  expect(Math.min(kills, stops, ...reclaims)).toBeGreaterThan(0);
});
