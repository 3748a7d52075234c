import { join } from "node:path";

import fc from "fast-check";
import { expect, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { isLongTier } from "../../../test/tier.ts";
import type { Holder, Lease, StoreLeases } from "../src/leases/index.ts";
import { ownHolder } from "./support/lease-clock.ts";
import { outcomeOf, withMachines } from "./support/lease-machines.ts";

const MINUTES = 60_000;

type Step = (leases: StoreLeases) => Promise<unknown>;

const PHASES = ["1", "01", 1, "2", "x", "__proto__", "constructor"] as const;
const phase = fc.constantFrom(...PHASES);
const fence = fc.record({ epoch: fc.integer({ min: 1, max: 6 }) }, { requiredKeys: [] });
const ttl = fc.record({ ttl_ms: fc.constantFrom(1, 1_000, 60_000) }, { requiredKeys: [] });
const force = fc.record({ force: fc.boolean() }, { requiredKeys: [] });

function holders(): Record<string, Holder | undefined> {
  const own = ownHolder();
  const elsewhere = { ...own, machine: "other", boot_id: "ffffffff" };
  return { own, dead: { ...own, start_time: "1" }, elsewhere, none: undefined };
}

const named = <A>(name: string, argument: fc.Arbitrary<A>, make: (given: A) => Step) =>
  argument.map((given) => ({
    toString: () => `${name} ${JSON.stringify(given)}`,
    make: make(given),
  }));

const fenced = <A>(request: fc.Arbitrary<A>) =>
  fc.tuple(
    phase,
    fc.tuple(fence, request).map(([one, other]) => ({ ...one, ...other })),
  );

const call = fc.oneof(
  {
    weight: 4,
    arbitrary: named(
      "grant",
      fc.tuple(phase, fc.constantFrom(...Object.keys(holders())), ttl),
      ([phase_id, kind, time]) =>
        (leases) =>
          leases.grant({ phase_id, holder: holders()[kind], ...time }),
    ),
  },
  {
    weight: 2,
    arbitrary: named(
      "close",
      fenced(fc.constant({})),
      ([id, request]) =>
        (leases) =>
          leases.close(id, request),
    ),
  },
  {
    weight: 1,
    arbitrary: named(
      "crash",
      fenced(fc.constant({})),
      ([id, request]) =>
        (leases) =>
          leases.crash(id, "it broke", request),
    ),
  },
  {
    weight: 2,
    arbitrary: named(
      "heartbeat",
      fenced(ttl),
      ([id, request]) =>
        (leases) =>
          leases.heartbeat(id, request),
    ),
  },
  {
    weight: 2,
    arbitrary: named(
      "reclaim",
      fenced(fc.constant({})),
      ([id, request]) =>
        (leases) =>
          leases.reclaim(id, request),
    ),
  },
  {
    weight: 2,
    arbitrary: named(
      "clear",
      fenced(force),
      ([id, request]) =>
        (leases) =>
          leases.clear(id, request),
    ),
  },
  { weight: 2, arbitrary: named("restore", phase, (id) => (leases) => leases.restore(id)) },
  { weight: 1, arbitrary: named("get", phase, (id) => (leases) => leases.get(id)) },
);

const step = fc.record({ passed: fc.constantFrom(0, 0, 1, 999, 60_000), call });

/** `01` is `1`. */
const keyOf = ({ phase_id }: Lease): string => (phase_id === "01" ? "1" : phase_id);

/** Those of one phase together, in their order. */
function byPhase(leases: readonly Lease[]): Lease[] {
  // The sort is stable.
  return leases.toSorted((one, other) => compare(keyOf(one), keyOf(other)));
}

const compare = (one: string, other: string): number => (one < other ? -1 : Number(one > other));

/** What has been seen of the leases of one machine. */
class Witness {
  readonly #epochs = new Map<string, number>();
  readonly #ended = new Map<string, string>();

  /** What is wrong with a grant. */
  *faultsOfGrant(lease: Lease): Iterable<string> {
    const last = this.#epochs.get(keyOf(lease)) ?? 0;
    if (lease.epoch !== last + 1) yield `${describe(lease)} comes after ${last}`;
    this.#epochs.set(keyOf(lease), lease.epoch ?? Number.NaN);
  }

  /** What is wrong with all leases that there are. */
  *faultsOfList(leases: readonly Lease[]): Iterable<string> {
    const former = new Map<string, Lease>();
    for (const lease of leases) {
      const before = former.get(keyOf(lease));
      former.set(keyOf(lease), lease);
      if (before?.lease_state === "open") yield `${describe(before)} is behind another one`;
      if ((before?.epoch ?? 0) >= (lease.epoch ?? 0)) yield `${describe(lease)} is late`;
      const ended = this.#ended.get(nameOf(lease));
      if (ended !== undefined && ended !== describe(lease)) yield `${ended} is ${describe(lease)}`;
      if (lease.lease_state !== "open") this.#ended.set(nameOf(lease), describe(lease));
    }
  }
}

const nameOf = (lease: Lease): string => `${keyOf(lease)} ${lease.epoch}`;
const describe = (lease: Lease): string => JSON.stringify(lease);

test(
  "any calls come to the same over a file, the memory and a JSON store; every grant has the next epoch, and what ended stays ended",
  async () => {
    const root = temporaryFolder();
    let runs = 0;
    const property = fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const folder = join(root, String((runs += 1)));
      await withMachines(folder, async (machines, clock) => {
        const witness = new Witness();
        for (const { passed, call: made } of steps) {
          clock.pass(passed);
          const [outcome, ...others] = await Promise.all(
            machines.map((leases) => outcomeOf(made.make(leases))),
          );
          for (const other of others) expect(other).toEqual(outcome);
          const lists = await Promise.all(machines.map((leases) => leases.list()));
          for (const list of lists) expect(byPhase(list)).toEqual(byPhase(lists[0] ?? []));
          const granted = String(made).startsWith("grant") ? Object(outcome).value : undefined;
          const faults = granted === undefined ? [] : [...witness.faultsOfGrant(granted)];
          expect([...faults, ...witness.faultsOfList(lists[0] ?? [])]).toEqual([]);
        }
      });
    });
    await fc.assert(property, { numRuns: isLongTier ? 2_000 : 40 });
  },
  10 * MINUTES,
);
