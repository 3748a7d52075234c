import { expect, test } from "vitest";

import { losesARace } from "../../../test/loses-a-race.ts";
import { isLongTier } from "../../../test/tier.ts";
import { listCleared, listLeases } from "../src/leases/index.ts";
import { leaseDocument, leaseRoot } from "./support/lease-project.ts";
import { phasesApart, raceApart, raceRivals } from "./support/lease-races.ts";

const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);
const byNumber = (one: number, other: number): number => one - other;

test("of two processes that grant one phase without a lock, both win some round", async () => {
  const how = { rounds: 200, end: "close", discipline: "bare" } as const;
  const race = async (): Promise<boolean> => {
    const results = await raceRivals(leaseRoot(), how);
    return results.some(({ bothWon }) => bothWon > 0);
  };
  expect(await losesARace(race)).toBe(true);
});

test.each([
  { end: "close", rounds: isLongTier ? 200 : 80 },
  { end: "clear", rounds: isLongTier ? 60 : 40 },
] as const)(
  "of two processes that grant one phase $rounds times, with a $end after each, one wins each time, and the epochs grow by one",
  async ({ end, rounds }) => {
    const root = leaseRoot();
    const results = await raceRivals(root, { rounds, end, discipline: "exclusive" });
    const epochs = results.flatMap((result) => result.epochs);
    expect(epochs.toSorted(byNumber)).toEqual(upTo(rounds));
    const refused = results.flatMap((result) => result.refused);
    expect(refused).toEqual(upTo(rounds).map(() => "LEASE_HELD"));
    expect(leaseDocument(root).epochs).toEqual({ 7: rounds });
    const left = listLeases(root).map(({ epoch }) => epoch);
    expect(left).toEqual(end === "close" ? upTo(rounds) : []);
    const cleared = listCleared(root).flatMap(({ leases }) => leases.map(({ epoch }) => epoch));
    expect(cleared).toEqual(end === "close" ? [] : upTo(rounds).slice(-20));
  },
);

test("of processes that grant phases of their own without a lock, some lose leases", async () => {
  const how = { processes: 2, rounds: 150, discipline: "bare" } as const;
  const race = async (): Promise<boolean> => {
    const root = leaseRoot();
    await raceApart(root, how);
    return leaseDocument(root).leases.length < how.processes * how.rounds;
  };
  expect(await losesARace(race)).toBe(true);
});

test("of processes that grant phases of their own, none loses a lease, and none is warned", async () => {
  const root = leaseRoot();
  const [processes, rounds] = [8, isLongTier ? 200 : 25];
  await raceApart(root, { processes, rounds, discipline: "exclusive" });
  const leases = listLeases(root);
  const phases = phasesApart(processes, rounds).toSorted();
  expect(leases.map(({ phase_id }) => phase_id).toSorted()).toEqual(phases);
  expect(leases.every(({ epoch, lease_state }) => epoch === 1 && lease_state === "open")).toBe(
    true,
  );
});
