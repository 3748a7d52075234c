import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

import { describe, expect, onTestFinished, test } from "vitest";

import {
  getLease,
  grantLease,
  heartbeatLease,
  type Holder,
  holderOf,
  holderStateOf,
  type HolderState,
  type Lease,
  reclaimLease,
} from "../src/leases/index.ts";
import { DAY, ownHolder, SECOND, setClock, type SetClock, YEAR } from "./support/lease-clock.ts";
import { codeOf, leaseRoot, QUICKLY } from "./support/lease-project.ts";

const MINUTE = 60 * SECOND;

interface Granted {
  readonly root: string;
  readonly lease: Lease;
  readonly options: typeof QUICKLY & { readonly clock: SetClock };
  readonly state: () => HolderState;
  /** Whether somebody else may end it now, which is tried. */
  readonly canBeReclaimed: () => boolean;
}

function granted(
  clock: SetClock,
  fields: { readonly holder?: Holder | undefined; readonly ttl_ms?: number } = {},
): Granted {
  const root = leaseRoot();
  const options = { ...QUICKLY, clock };
  const lease = grantLease(
    root,
    { phase_id: "1", holder: ownHolder(), ttl_ms: MINUTE, ...fields },
    options,
  );
  const read = (): Lease => getLease(root, "1", options) ?? lease;
  return {
    root,
    lease,
    options,
    state: () => holderStateOf(read(), options),
    canBeReclaimed: () => {
      const result = codeOf(() => reclaimLease(root, "1", options).lease_state);
      expect(["crashed", "LEASE_HELD"]).toContain(result);
      return result === "crashed";
    },
  };
}

describe("of a holder that shares the clock of the boot", () => {
  test.each([-30 * YEAR, -DAY, DAY, 30 * YEAR])(
    "a wall clock that is set by %d ms ends no lease",
    (shift) => {
      const clock = setClock();
      const { state, canBeReclaimed } = granted(clock);
      clock.shift(shift);
      clock.pass(MINUTE - 1);
      expect(state()).toBe("alive");
      expect(canBeReclaimed()).toBe(false);
    },
  );

  test.each([-30 * YEAR, -DAY, DAY, 30 * YEAR])(
    "a wall clock that is set by %d ms keeps no lease from its expiry",
    (shift) => {
      const clock = setClock();
      const { state, canBeReclaimed } = granted(clock);
      clock.shift(shift);
      clock.pass(MINUTE);
      expect(state()).toBe("expired");
      expect(canBeReclaimed()).toBe(true);
    },
  );

  test("the sleep of the machine does not end the lease, and what is left of its time is left after it", () => {
    const clock = setClock();
    const { state, canBeReclaimed } = granted(clock);
    clock.pass(40 * SECOND);
    clock.shift(3 * DAY);
    expect(canBeReclaimed()).toBe(false);
    clock.pass(20 * SECOND - 1);
    expect(state()).toBe("alive");
    clock.pass(1);
    expect(state()).toBe("expired");
  });

  test("a heartbeat after a sleep is in time", () => {
    const clock = setClock();
    const { root, options, state } = granted(clock);
    clock.shift(DAY);
    heartbeatLease(root, "1", { ...options, epoch: 1 });
    clock.pass(MINUTE - 1);
    expect(state()).toBe("alive");
  });
});

describe.each([
  ["where there is no clock of the boot", setClock({ hasUptime: false }), (own: Holder) => own],
  [
    "of a holder of another boot",
    setClock(),
    (own: Holder) => ({ ...own, machine: "other", boot_id: "ffffffff" }),
  ],
  ["of a holder in another namespace", setClock(), (own: Holder) => ({ ...own, namespace: "1.1" })],
  ["of no process", setClock(), () => undefined],
] as const)("%s", (_, clock, holderFrom) => {
  test("the wall clock counts: the lease ends when its time is over by that, and not a millisecond before", () => {
    const { lease, canBeReclaimed } = granted(clock, { holder: holderFrom(ownHolder()) });
    expect(lease.expires_uptime_ms).toBeUndefined();
    clock.pass(MINUTE - 1);
    expect(canBeReclaimed()).toBe(false);
    clock.shift(1);
    expect(canBeReclaimed()).toBe(true);
  });

  test("a wall clock that is set back keeps the lease, as if no time had gone by", () => {
    const { canBeReclaimed } = granted(clock, { holder: holderFrom(ownHolder()) });
    clock.shift(-DAY);
    clock.pass(DAY);
    expect(canBeReclaimed()).toBe(false);
  });
});

test("a heartbeat puts the expiry off to its time to live from then on, or to another one", () => {
  const clock = setClock();
  const { root, options, lease } = granted(clock);
  clock.pass(25 * SECOND);
  const kept = heartbeatLease(root, "1", options);
  expect(Date.parse(kept.expires_at ?? "") - Date.parse(lease.expires_at ?? "")).toBe(25 * SECOND);
  expect((kept.expires_uptime_ms ?? 0) - (lease.expires_uptime_ms ?? 0)).toBe(25 * SECOND);
  expect(kept).toMatchObject({ ttl_ms: MINUTE, heartbeat_at: clock.now?.().toISOString() });
  const longer = heartbeatLease(root, "1", { ...options, ttl_ms: DAY });
  expect(Date.parse(longer.expires_at ?? "") - Date.parse(longer.heartbeat_at ?? "")).toBe(DAY);
  const same = heartbeatLease(root, "1", options);
  expect(same).toEqual(longer);
});

test("a heartbeat from where there is no clock of the boot makes the wall clock count", () => {
  const { root, options } = granted(setClock());
  const clock = setClock({ hasUptime: false });
  const lease = heartbeatLease(root, "1", { ...options, clock });
  expect(lease.expires_uptime_ms).toBeUndefined();
  expect(holderStateOf(lease, { clock })).toBe("alive");
  clock.shift(MINUTE);
  expect(holderStateOf(lease, { clock })).toBe("expired");
});

test.each([
  ["with a process", ownHolder()],
  ["without one", undefined],
])("a lease %s and without a time to live never expires", (_, holder) => {
  const clock = setClock();
  const root = leaseRoot();
  const options = { ...QUICKLY, clock };
  const fields = { phase_id: "1", holder };
  expect(grantLease(root, fields, options).expires_at).toBeUndefined();
  clock.pass(100 * YEAR);
  expect(heartbeatLease(root, "1", options).expires_at).toBeUndefined();
  clock.pass(100 * YEAR);
  expect(codeOf(() => reclaimLease(root, "1", options))).toBe("LEASE_HELD");
});

test("grants and ends in one millisecond keep their order and their epochs", () => {
  const clock = setClock();
  const { root, options } = granted(clock, { ttl_ms: 1 });
  for (let epoch = 1; epoch < 5; epoch += 1) {
    clock.pass(1);
    reclaimLease(root, "1", { ...options, epoch });
    expect(grantLease(root, { phase_id: "1", ttl_ms: 1 }, options)).toMatchObject({
      epoch: epoch + 1,
    });
  }
});

/** What another host, or another boot of this one, has left. */
describe("the holder", () => {
  // Without a machine id it cannot be told from other machines.
  const isMachineKnown = !ownHolder().machine.startsWith("0");
  const start_time = String(Number(ownHolder().start_time) + 1);
  const elsewhere = { machine: "other", boot_id: "ffffffff" };

  test.each<[string, Partial<Holder>, HolderState, HolderState]>([
    ["itself is alive, and late after its time", {}, "alive", "expired"],
    ["on another machine is unknown until its time is over", elsewhere, "unknown", "expired"],
    [
      "on one of unknown boot is unknown until its time is over",
      { machine: "other", boot_id: "0" },
      "unknown",
      "expired",
    ],
    [
      "in a namespace that cannot be seen is no living process",
      { namespace: "1.1" },
      "unknown",
      "expired",
    ],
    [
      "of an earlier boot of this machine is dead",
      { boot_id: "ffffffff" },
      isMachineKnown ? "dead" : "unknown",
      isMachineKnown ? "dead" : "expired",
    ],
    [
      "of a machine without an id, and another boot, is unknown",
      { machine: "0other", boot_id: "ffffffff" },
      "unknown",
      "expired",
    ],
    ["whose id belongs to a later process is dead", { start_time }, "dead", "dead"],
    [
      "of this boot under another name of the machine is alive",
      { machine: "other" },
      "alive",
      "expired",
    ],
  ])("%s", (_, difference, before, after) => {
    const clock = setClock();
    const { state, lease, canBeReclaimed } = granted(clock, {
      holder: { ...ownHolder(), ...difference },
    });
    expect(state()).toBe(before);
    clock.pass(MINUTE);
    expect(holderStateOf(lease, { clock })).toBe(after);
    expect(canBeReclaimed()).toBe(true);
  });

  test("whose state is unknown or alive is not robbed before its time is over", () => {
    const clock = setClock();
    for (const difference of [{}, elsewhere, { machine: "other" }]) {
      const { canBeReclaimed } = granted(clock, { holder: { ...ownHolder(), ...difference } });
      clock.pass(MINUTE - 1);
      expect(canBeReclaimed()).toBe(false);
    }
  });
});

function startHolder(): { child: ChildProcess; holder: Holder | undefined } {
  const child = spawn("sleep", ["600"], { stdio: "ignore" });
  onTestFinished(() => void child.kill("SIGKILL"));
  return { child, holder: holderOf(child.pid) };
}

test("a process that is stopped lives; one that is killed is dead at once, collected or not", async () => {
  const { child, holder } = startHolder();
  expect(holder).toMatchObject({ pid: child.pid });
  const { root, options, lease, state } = granted(setClock(), { holder });
  expect(state()).toBe("alive");
  child.kill("SIGSTOP");
  expect(state()).toBe("alive");
  expect(codeOf(() => reclaimLease(root, "1", options))).toBe("LEASE_HELD");
  child.kill("SIGKILL");
  // Nobody collects it in this turn. The kernel needs a moment to end it.
  const end = performance.now() + 10_000;
  while (state() === "alive" && performance.now() < end) continue;
  expect(state()).toBe("dead");
  expect(holderOf(child.pid)).toBeUndefined();
  await once(child, "exit");
  expect(state()).toBe("dead");
  expect(codeOf(() => grantLease(root, { phase_id: "1" }, options))).toBe("LEASE_HELD");
  expect(reclaimLease(root, "1", { ...options, reason: "seen by a test" })).toMatchObject({
    epoch: lease.epoch,
    lease_state: "crashed",
    crash_reason: expect.stringMatching(/^reclaimed: .*is gone \(seen by a test\)$/),
  });
  expect(grantLease(root, { phase_id: "1" }, options)).toMatchObject({ epoch: 2 });
});
