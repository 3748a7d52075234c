import { expect, test } from "vitest";

import { openLease } from "../../test/support/open-lease.ts";
import { clearingOf, itemOf, leaseOf, phaseIdOf } from "./stored-lease.ts";

const foreign = {
  phase_id: 3,
  lease_state: "open",
  agent_id: 42,
  write_set: "src/**",
  holder: { host: "h", pid: 1 },
  heartbeat_at: null,
  note: ["n"],
};

test("an item is understood as far as it can be, and is stored as it was", () => {
  const lease = leaseOf(foreign);
  expect(lease).toEqual({
    ...openLease({ phase_id: "3", granted_at: "" }),
    epoch: undefined,
    note: ["n"],
  });
  expect(lease && itemOf(lease, undefined)).toBe(foreign);
  expect(Object.isFrozen(lease)).toBe(true);
});

test("of a lease that ended, only what has changed is stored anew", () => {
  const lease = leaseOf(foreign);
  const closed = { ...openLease(), ...lease, lease_state: "closed", closed_at: "t" } as const;
  expect(itemOf(closed, lease)).toEqual({
    ...foreign,
    lease_state: "closed",
    closed_at: "t",
    epoch: 1,
  });
  const whole = openLease({ expires_at: "2026-03-01T10:00:00.000Z" });
  const { expires_at: _gone, ...without } = whole;
  expect(itemOf(without, whole)).toEqual(without);
});

test.each([
  null,
  5,
  [],
  {},
  { phase_id: "" },
  { phase_id: { toString: null, valueOf: null } },
  { phase_id: ["3"] },
])("%j is no lease", (item) => {
  expect(leaseOf(item)).toBeUndefined();
  expect(phaseIdOf(item)).toBeUndefined();
});

test.each([
  { leases: [openLease()] },
  { cleared_at: "yesterday", leases: [openLease()] },
  { cleared_at: "2026-03-01T10:00:00.000Z", leases: [] },
  { cleared_at: "2026-03-01T10:00:00.000Z", leases: [openLease(), 5] },
])("%j is nothing that was cleared", (item) => {
  expect(clearingOf(item)).toBeUndefined();
});
