import { expect, test } from "vitest";

import { openLease } from "../../test/support/open-lease.ts";
import { latestLeases } from "./latest-leases.ts";

test("of each phase the last lease counts, whatever those before it are like", () => {
  const leases = [
    openLease({ phase_id: "1", epoch: 1 }),
    openLease({ phase_id: "2", epoch: 1 }),
    openLease({ phase_id: "01", epoch: 2, lease_state: "closed" }),
    openLease({ phase_id: "2.1", epoch: 1 }),
    openLease({ phase_id: "02.01", epoch: 2 }),
  ];
  expect(latestLeases(leases).map(({ phase_id, epoch }) => [phase_id, epoch])).toEqual([
    ["01", 2],
    ["2", 1],
    ["02.01", 2],
  ]);
});
