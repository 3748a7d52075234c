import fs from "node:fs";
import { dirname } from "node:path";

import { describe, expect, test } from "vitest";

import { isLongTier } from "../../../test/tier.ts";
import type { Warning } from "../src/errors.ts";
import {
  clearLease,
  closeLease,
  crashLease,
  getLease,
  grantLease,
  heartbeatLease,
  type LeaseClock,
  type LeaseOptions,
  listCleared,
  listLeases,
  openRegistry,
  reclaimLease,
  registryPath,
  restoreLeases,
  runFenced,
} from "../src/leases/index.ts";
import { DAY, setClock } from "./support/lease-clock.ts";
import {
  codeOf,
  leaseAsides,
  leaseDocument,
  leaseRoot,
  leaseRootWith,
  QUICKLY,
  stateOfLeases,
} from "./support/lease-project.ts";

/** All calls on the file. */
const CALLS: Readonly<Record<string, (root: string, options: LeaseOptions) => unknown>> = {
  grant: (root, options) => grantLease(root, { phase_id: "1" }, options),
  close: (root, options) => closeLease(root, "1", options),
  crash: (root, options) => crashLease(root, "1", "it broke", options),
  heartbeat: (root, options) => heartbeatLease(root, "1", options),
  reclaim: (root, options) => reclaimLease(root, "1", options),
  clear: (root, options) => clearLease(root, "1", { ...options, force: true }),
  restore: (root, options) => restoreLeases(root, "1", options),
  list: (root, options) => listLeases(root, options),
  get: (root, options) => getLease(root, "1", options),
  listCleared: (root, options) => listCleared(root, options),
  open: (root, options) => openRegistry(root, options),
  runFenced: (root, options) => runFenced(root, "1", { ...options, epoch: 1 }, () => "ran"),
};
const names = Object.keys(CALLS);

function codesOf(root: string, options: LeaseOptions): Record<string, unknown> {
  const codes = names.map((name) => [name, codeOf(() => CALLS[name]?.(root, options))]);
  return Object.fromEntries(codes);
}

const allOf = (code: string): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, code]));

/** Options that note what is warned of. */
function noting(clock?: LeaseClock): { options: LeaseOptions; warnings: Warning[] } {
  const warnings: Warning[] = [];
  return {
    warnings,
    options: { ...QUICKLY, clock, onWarning: (warning) => warnings.push(warning) },
  };
}

test.each(["2", "1e9", "1.5"])(
  "a registry of the version %s is refused by every call, and its bytes stay",
  (version) => {
    const content = `{"schema_version": ${version}, "leases": {"1": "of a newer form"}}`;
    const root = leaseRootWith(content);
    const { options, warnings } = noting();
    const before = stateOfLeases(root);
    expect(codesOf(root, options)).toEqual(allOf("REGISTRY_NEWER"));
    expect(stateOfLeases(root)).toBe(before);
    expect(fs.readFileSync(registryPath(root), "utf8")).toBe(content);
    expect(warnings).toEqual([]);
  },
);

describe("a registry that cannot be read is refused by every call, and stays what it is:", () => {
  test("a folder in its place", () => {
    const root = leaseRoot();
    fs.mkdirSync(registryPath(root));
    const { options, warnings } = noting();
    const before = stateOfLeases(root);
    // Those that would write are refused by whoever writes.
    const refused = expect.stringMatching(/^(?:REGISTRY_UNREADABLE|ATOMIC_FS_IS_DIRECTORY)$/);
    expect(Object.values(codesOf(root, options))).toEqual(names.map(() => refused));
    expect(codeOf(() => listLeases(root, options))).toBe("REGISTRY_UNREADABLE");
    expect(stateOfLeases(root)).toBe(before);
    expect(warnings).toEqual([]);
  });

  test.skipIf(process.getuid?.() === undefined || process.seteuid === undefined)(
    "one that this user may not read",
    () => {
      const root = leaseRoot();
      const { options, warnings } = noting();
      grantLease(root, { phase_id: "1" }, options);
      const folder = dirname(registryPath(root));
      const before = stateOfLeases(root);
      fs.chmodSync(registryPath(root), 0);
      // Whoever runs the tests: this one is nobody's administrator.
      for (const path of [folder, dirname(folder), root]) fs.chmodSync(path, 0o777);
      const user = process.geteuid?.() ?? 0;
      if (user === 0) process.seteuid?.(65_534);
      const codes = codesOf(root, options);
      if (user === 0) process.seteuid?.(user);
      expect(codes).toEqual(allOf("REGISTRY_UNREADABLE"));
      fs.chmodSync(registryPath(root), 0o600);
      expect(fs.readdirSync(folder)).toHaveLength(before.split("\n").length);
      expect(getLease(root, "1")).toMatchObject({ epoch: 1, lease_state: "open" });
      expect(warnings).toEqual([]);
    },
  );
});

test.each(names.filter((name) => name !== "runFenced"))(
  "whatever call finds a registry damaged (%s) either changes nothing or sets it aside with one warning",
  (name) => {
    const content = '{"schema_version": 1, "leases": [';
    const root = leaseRootWith(content);
    const { options, warnings } = noting();
    const code = codeOf(() => CALLS[name]?.(root, options));
    const isKept = fs.readFileSync(registryPath(root), "utf8") === content;
    expect(isKept ? code : "LEASE_NOT_FOUND").toBe("LEASE_NOT_FOUND");
    const asides = leaseAsides(root);
    expect(asides.map((path) => fs.readFileSync(path, "utf8"))).toEqual(isKept ? [] : [content]);
    const told = asides.map((path) =>
      expect.objectContaining({ code: "REGISTRY_QUARANTINED", path }),
    );
    expect(warnings).toEqual(told);
  },
);

describe("after a registry was set aside, the next epoch of a phase is above all that it had given", () => {
  const damage = (root: string): void => fs.writeFileSync(registryPath(root), "{");

  /** Grants and ends the phase so often, and gives the last epoch. */
  function spend(root: string, grants: number, options: LeaseOptions): number {
    let last = 0;
    for (let grant = 0; grant < grants; grant += 1) {
      last = grantLease(root, { phase_id: "1" }, options).epoch ?? Number.NaN;
      closeLease(root, "1", { ...options, epoch: last });
    }
    return last;
  }

  test("once", () => {
    const root = leaseRoot();
    const { options } = noting();
    const last = spend(root, 20, options);
    damage(root);
    expect(spend(root, 1, options)).toBeGreaterThan(last);
    expect(spend(root, 1, options)).toBeGreaterThan(last + 1);
  });

  test("of every phase, also of one that is named after what all objects have", () => {
    for (const phase_id of ["2", "__proto__", "constructor", "toString"]) {
      const root = leaseRoot();
      const { options } = noting();
      grantLease(root, { phase_id }, options);
      damage(root);
      expect(grantLease(root, { phase_id }, options).epoch).toBeGreaterThan(1);
      expect(leaseDocument(root).leases).toHaveLength(1);
    }
  });

  test.each([
    ["in the same millisecond", 0],
    ["after the clock was set back", -DAY],
  ])("twice, %s", (_, shift) => {
    const root = leaseRoot();
    const clock = setClock();
    const { options } = noting(clock);
    damage(root);
    const last = spend(root, 5, options);
    damage(root);
    clock.shift(shift);
    expect(spend(root, 1, options)).toBeGreaterThan(last);
  });
});

test.runIf(isLongTier)("a phase with ever so many leases is granted", { timeout: 120_000 }, () => {
  const lease = { phase_id: "1", lease_state: "closed" };
  const leases = Array.from({ length: 130_000 }, () => lease);
  const root = leaseRootWith(JSON.stringify({ schema_version: 1, leases }));
  expect(grantLease(root, { phase_id: "1" }, QUICKLY)).toMatchObject({ epoch: 1 });
});
