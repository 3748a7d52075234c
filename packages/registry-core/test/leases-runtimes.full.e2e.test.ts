import { expect, test } from "vitest";

import { fetchRuntimes, hasRuntimes } from "../../../test/runtimes.ts";
import { listLeases } from "../src/leases/index.ts";
import { leaseRoot } from "./support/lease-project.ts";
import { phasesApart, raceApart, raceRivals } from "./support/lease-races.ts";

const runtimes = hasRuntimes ? fetchRuntimes() : [];

test.runIf(hasRuntimes)(
  "processes on all runtimes grant phases of their own, and none is lost",
  async () => {
    const root = leaseRoot();
    await raceApart(root, { processes: 4, rounds: 50, discipline: "exclusive" }, runtimes);
    const phases = listLeases(root).map(({ phase_id }) => phase_id);
    expect(phases.toSorted()).toEqual(phasesApart(4, 50).toSorted());
  },
);

test.each(runtimes.slice(1))(
  "of this Node and $name, one wins each round for one phase",
  async (other) => {
    const [node = other] = runtimes;
    const how = { rounds: 50, end: "close", discipline: "exclusive" } as const;
    const results = await raceRivals(leaseRoot(), how, [node, other]);
    const epochs = results.flatMap((result) => result.epochs).toSorted((a, b) => a - b);
    expect(epochs).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    expect(results.flatMap(({ refused }) => refused)).toEqual(epochs.map(() => "LEASE_HELD"));
  },
);
