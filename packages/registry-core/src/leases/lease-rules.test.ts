import fc from "fast-check";
import { expect, test } from "vitest";

import { openLease } from "../../test/support/open-lease.ts";
import { LeaseError } from "./lease-error.ts";
import {
  clear,
  close,
  crash,
  grant,
  heartbeat,
  type LeaseRequest,
  type PhaseRecord,
  reclaim,
  restore,
} from "./lease-rules.ts";
import type { Holder } from "./lease.ts";
import type { Moment } from "./moment.ts";

const holder: Holder = {
  host: "one",
  machine: "m1",
  boot_id: "b1",
  namespace: "p.1",
  pid: 4711,
  start_time: "99",
};
const EMPTY: PhaseRecord = { epoch: 0, leases: [], cleared: [] };

function momentAt(milliseconds: number, fields: Partial<Moment> = {}): Moment {
  return { now: new Date(milliseconds), uptime: undefined, livenessOf: () => "alive", ...fields };
}

function requestOf(fields: Partial<LeaseRequest> = {}): LeaseRequest {
  return {
    worktree_path: "/w",
    agent_id: null,
    branch_name: "main",
    write_set: [],
    provenance_hash: null,
    ...fields,
  };
}

const at = momentAt(1000);

test("a phase is granted once, and again with the next epoch when its lease has ended", () => {
  const first = grant("1", EMPTY, requestOf(), at);
  expect(first.lease).toMatchObject({ phase_id: "1", lease_state: "open", epoch: 1 });
  expect(() => grant("01", first.record, requestOf(), at)).toThrow(/already has an open lease/);
  const closed = close("1", first.record, { epoch: 1 }, at);
  const second = grant("01", closed.record, requestOf(), at);
  expect(second.record.leases.map(({ epoch, phase_id }) => [epoch, phase_id])).toEqual([
    [1, "1"],
    [2, "01"],
  ]);
});

test("an old epoch changes nothing of the lease that came after it", () => {
  const record: PhaseRecord = { epoch: 2, leases: [openLease({ epoch: 2 })], cleared: [] };
  const stale = { epoch: 1 };
  const fenced = expect.objectContaining({ code: "LEASE_FENCED" });
  expect(() => close("1", record, stale, at)).toThrow(fenced);
  expect(() => crash("1", record, { ...stale, reason: "r" }, at)).toThrow(fenced);
  expect(() => heartbeat("1", record, stale, at)).toThrow(fenced);
  expect(() => reclaim("1", record, stale, at)).toThrow(fenced);
  expect(() => clear("1", record, { ...stale, force: true }, at)).toThrow(fenced);
  const cleared: PhaseRecord = { epoch: 2, leases: [], cleared: [] };
  expect(() => close("1", cleared, stale, at)).toThrow(fenced);
});

test("who was granted a lease that was cleared since hears that there is none, not that another is newer", () => {
  const cleared: PhaseRecord = { epoch: 2, leases: [], cleared: [] };
  const missing = expect.objectContaining({ code: "LEASE_NOT_FOUND" });
  expect(() => close("1", cleared, { epoch: 2 }, at)).toThrow(missing);
  expect(() => heartbeat("1", cleared, { epoch: 2 }, at)).toThrow(missing);
});

test.each(["closed", "crashed"] as const)("a %s lease is not ended or renewed again", (state) => {
  const record = { ...EMPTY, leases: [openLease({ lease_state: state })] };
  const message = `lease_state "${state}", expected "open"`;
  expect(() => close("1", record, {}, at)).toThrow(message);
  expect(() => crash("1", record, { reason: "r" }, at)).toThrow(message);
  expect(() => heartbeat("1", record, {}, at)).toThrow(message);
  expect(() => reclaim("1", record, {}, at)).toThrow(message);
});

test("a phase without a lease has none to change", () => {
  const missing = expect.objectContaining({ code: "LEASE_NOT_FOUND" });
  expect(() => close("1", EMPTY, {}, at)).toThrow(missing);
  expect(() => clear("1", EMPTY, { force: true }, at)).toThrow(missing);
  expect(() => restore("1", EMPTY)).toThrow(missing);
});

const dueIn500 = grant("1", EMPTY, requestOf({ holder, ttl_ms: 500 }), at).record;

test.each(["alive", "unknown"] as const)(
  "the lease of a holder that is %s is not reclaimed before its expiry",
  (state) => {
    const seen = momentAt(1499, { livenessOf: () => state });
    expect(() => reclaim("1", dueIn500, {}, seen)).toThrow(
      expect.objectContaining({ code: "LEASE_HELD", holderState: state }),
    );
  },
);

test.each([
  ["dead", 1000],
  ["alive", 1500],
  ["unknown", 1500],
] as const)("that of a holder that is %s is, at %i of 1500 ms, with the reason", (state, now) => {
  const seen = momentAt(now, { livenessOf: () => state });
  expect(reclaim("1", dueIn500, { reason: "it hangs" }, seen).lease).toMatchObject({
    lease_state: "crashed",
    crash_reason: expect.stringMatching(/4711 on one.*\(it hangs\)$/),
  });
});

test("a lease without a holder ends by its expiry or by a call, and is never dead", () => {
  const dead = momentAt(9e12, { livenessOf: () => "dead" });
  const forever = grant("1", EMPTY, requestOf(), at);
  expect(() => reclaim("1", forever.record, {}, dead)).toThrow(
    expect.objectContaining({ holderState: "unknown" }),
  );
  const short = grant("1", EMPTY, requestOf({ ttl_ms: 500 }), at);
  expect(reclaim("1", short.record, {}, dead).lease.crash_reason).toMatch(/expired/);
});

test("a heartbeat puts the expiry off by the time to live, and by another one for good", () => {
  const granted = grant("1", EMPTY, requestOf({ ttl_ms: 500 }), at);
  const renewed = heartbeat("1", granted.record, {}, momentAt(1400));
  expect(renewed.lease.expires_at).toBe(new Date(1900).toISOString());
  const longer = heartbeat("1", renewed.record, { ttl_ms: 5000 }, momentAt(1500));
  const last = heartbeat("1", longer.record, {}, momentAt(1600));
  expect(last.lease.expires_at).toBe(new Date(6600).toISOString());
});

test("a clock that is set and a machine that sleeps end no lease of a holder of this boot", () => {
  const uptime = { boot_id: "b1", namespace: "p.1", milliseconds: 10_000 };
  const granted = grant("1", EMPTY, requestOf({ holder, ttl_ms: 500 }), momentAt(1000, { uptime }));
  const later = momentAt(9e12, { uptime: { ...uptime, milliseconds: 10_499 } });
  expect(() => reclaim("1", granted.record, {}, later)).toThrow(
    expect.objectContaining({ holderState: "alive" }),
  );
  const over = momentAt(0, { uptime: { ...uptime, milliseconds: 10_500 } });
  expect(reclaim("1", granted.record, {}, over).lease.lease_state).toBe("crashed");
  // Of another boot, this clock says nothing.
  const elsewhere = momentAt(1499, { uptime: { ...uptime, boot_id: "b2", milliseconds: 9e9 } });
  expect(() => reclaim("1", granted.record, {}, elsewhere)).toThrow(/cannot be reclaimed/);
});

test("an open lease is cleared by force only; what was cleared comes back as it was", () => {
  const { record } = grant("1", EMPTY, requestOf(), at);
  expect(() => clear("1", record, {}, at)).toThrow(expect.objectContaining({ code: "LEASE_OPEN" }));
  const cleared = clear("1", record, { force: true }, at).record;
  expect(cleared.leases).toEqual([]);
  expect(restore("1", cleared).record).toEqual(record);
});

test("what comes back behind a new grant is history: there is one holder", () => {
  const { record } = grant("1", EMPTY, requestOf(), at);
  const cleared = clear("1", record, { force: true }, at).record;
  const again = grant("1", cleared, requestOf(), at);
  expect(again.lease.epoch).toBe(2);
  const restored = restore("1", again.record).record;
  expect(restored.leases.map(({ lease_state, epoch }) => [lease_state, epoch])).toEqual([
    ["crashed", 1],
    ["open", 2],
  ]);
});

test("what comes back is history as well where the grant that came after it has left only its epoch", () => {
  const lease = openLease({ epoch: 1 });
  const clearing = { cleared_at: at.now.toISOString(), leases: [lease], epoch: 1 };
  const record: PhaseRecord = { epoch: 2, leases: [], cleared: [clearing] };
  expect(restore("1", record).lease).toMatchObject({ epoch: 1, lease_state: "crashed" });
  expect(restore("1", { ...record, epoch: 1 }).lease).toBe(lease);
});

test("whatever is called in whatever order, only the last lease is open, and epochs only grow", () => {
  const call = fc.record({
    name: fc.constantFrom("grant", "close", "crash", "heartbeat", "reclaim", "clear", "restore"),
    epoch: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
    force: fc.boolean(),
    state: fc.constantFrom("alive", "dead", "unknown"),
  });
  const property = fc.property(fc.array(call, { maxLength: 30 }), (calls) => {
    let record = EMPTY;
    let granted = 0;
    for (const { name, epoch, force, state } of calls) {
      const moment = momentAt(1000, { livenessOf: () => state });
      const made = attempt(() => {
        if (name === "grant") return grant("1", record, requestOf({ holder }), moment);
        if (name === "close") return close("1", record, { epoch }, moment);
        if (name === "crash") return crash("1", record, { epoch, reason: "r" }, moment);
        if (name === "heartbeat") return heartbeat("1", record, { epoch }, moment);
        if (name === "reclaim") return reclaim("1", record, { epoch }, moment);
        if (name === "clear") return clear("1", record, { epoch, force }, moment);
        return restore("1", record);
      });
      if (made !== undefined && name === "grant") granted += 1;
      record = made?.record ?? record;
      const { leases } = record;
      expect(leases.slice(0, -1).map((lease) => lease.lease_state)).not.toContain("open");
      expect(leases.map((lease) => lease.epoch)).toEqual(
        leases.map((lease) => lease.epoch).toSorted((one = 0, other = 0) => one - other),
      );
      expect(record.epoch).toBe(granted);
    }
  });
  fc.assert(property, { numRuns: 500 });
});

/** Undefined for what the rules refuse. */
function attempt<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    if (error instanceof LeaseError) return undefined;
    throw error;
  }
}

test("what an older tool has granted comes back as it was, for nobody was granted the phase since", () => {
  const { epoch: _none, ...older } = openLease();
  const before = {
    epoch: 4,
    leases: [openLease({ lease_state: "closed", epoch: 4 }), older],
    cleared: [],
  };
  const cleared = clear("1", before, { force: true }, at).record;
  expect(restore("1", cleared).record).toEqual(before);
});

test("of what is brought back, only the very last lease may be open", () => {
  const leases = [openLease({ epoch: 1 }), openLease({ epoch: 2 })];
  const cleared = [{ cleared_at: "2026-03-01T10:00:00.000Z", epoch: 2, leases }];
  const { record } = restore("1", { epoch: 2, leases: [], cleared });
  expect(record.leases.map(({ lease_state }) => lease_state)).toEqual(["crashed", "open"]);
});

test.each([
  [1, openLease({ epoch: 2 }), "is at epoch 2 by now, not at 1"],
  [9, openLease({ epoch: 2 }), "is at epoch 2, and has had no epoch 9 yet"],
  [1, { ...openLease(), epoch: undefined }, "has a lease without an epoch, of an older tool"],
])("epoch %i of %j is refused: it %s", (epoch, { epoch: own, ...fields }, reason) => {
  const lease = own === undefined ? fields : { ...fields, epoch: own };
  expect(() =>
    close("1", { epoch: own ?? 0, leases: [lease], cleared: [] }, { epoch }, at),
  ).toThrow(expect.objectContaining({ code: "LEASE_FENCED", reason }));
});

test("who is in another pid namespace of the boot has the same clock", () => {
  const uptime = { boot_id: "b1", namespace: "other.1", milliseconds: 10_000 };
  const { record } = grant(
    "1",
    EMPTY,
    requestOf({ holder, ttl_ms: 500 }),
    momentAt(1000, { uptime }),
  );
  expect(() => reclaim("1", record, {}, momentAt(9e12, { uptime }))).toThrow(/cannot be reclaimed/);
  const elsewhere = { ...uptime, namespace: "p.2" };
  expect(reclaim("1", record, {}, momentAt(9e12, { uptime: elsewhere })).lease.lease_state).toBe(
    "crashed",
  );
});
