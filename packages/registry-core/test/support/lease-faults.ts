import fs from "node:fs";
import { basename, dirname } from "node:path";

import { RegistryError, type Warning } from "../../src/errors.ts";
import {
  clearLease,
  closeLease,
  grantLease,
  type LeaseOptions,
  listLeases,
  registryPath,
} from "../../src/leases/index.ts";
import { lossesOf } from "./json-leaves.ts";
import { leaseCalls } from "./lease-doubles.ts";
import { leaseAsides, QUICKLY, stateOfLeases } from "./lease-project.ts";

/** The phase that is granted, ended and cleared over a content of which it is no part. */
const FRESH = "9001";

/** A look, and the calls on the fresh phase, one after the other. */
export type Steps = (root: string, options: LeaseOptions) => readonly (() => unknown)[];

const steps: Steps = (root, options) => [
  () => listLeases(root, options),
  () => grantLease(root, { phase_id: FRESH }, options),
  () => closeLease(root, FRESH, options),
  () => grantLease(root, { phase_id: FRESH }, options),
  () => clearLease(root, FRESH, { ...options, force: true }),
];

/** The known-bad double: what cannot be read is nothing, and the whole file is written. */
export const naiveSteps: Steps = (root) => {
  const calls = leaseCalls(root, "bare");
  return [
    () => calls.get(FRESH),
    () => calls.grant(FRESH, "", undefined),
    () => calls.close(FRESH, {}),
    () => calls.grant(FRESH, "", undefined),
    () => calls.clear(FRESH, {}),
  ];
};

/**
 * What is wrong when the registry of a root holds these bytes, is read, and a phase of which it says
 * nothing is granted, closed and cleared.
 */
export function faultsOfLeases(
  root: string,
  content: string | Uint8Array,
  stepsOf: Steps = steps,
): string[] {
  const bytes = Buffer.from(content);
  fs.writeFileSync(registryPath(root), bytes);
  const warnings: Warning[] = [];
  const options = { ...QUICKLY, onWarning: (warning: Warning) => warnings.push(warning) };
  const faults: string[] = [];
  for (const step of stepsOf(root, options)) {
    const before = stateOfLeases(root);
    try {
      step();
    } catch (error) {
      if (!(error instanceof RegistryError))
        faults.push(`an error without a type: ${String(error)}`);
      if (stateOfLeases(root) !== before) faults.push("a call that failed changed the disk");
      return faults;
    }
  }
  return [...faults, ...faultsOfWarnings(root, warnings), ...faultsOfContent(root, bytes)];
}

/** One for each file that was set aside, and no others. */
function faultsOfWarnings(root: string, warnings: readonly Warning[]): string[] {
  const told = warnings.map(({ code, path }) => `${code} ${path}`);
  const expected = leaseAsides(root).map((path) => `REGISTRY_QUARANTINED ${path}`);
  if (told.toSorted().join() === expected.toSorted().join()) return [];
  return [
    `warned of ${told.join(" and ") || "nothing"}, not of ${expected.join(" and ") || "nothing"}`,
  ];
}

function faultsOfContent(root: string, old: Buffer): string[] {
  const asides = leaseAsides(root);
  const ours = ["registry.json", ".gitignore", "epoch-floor"];
  const known = new Set([...ours, ...asides.map((path) => basename(path))]);
  const strange = fs.readdirSync(dirname(registryPath(root))).filter((name) => !known.has(name));
  const isAside = asides.some((path) => fs.readFileSync(path).equals(old));
  return [
    ...(asides.length > 1 ? ["more was set aside than there was"] : []),
    ...(isAside ? [] : lossesOf(old, fs.readFileSync(registryPath(root), "utf8"))),
    ...strange.map((name) => `something is left: ${name}`),
  ];
}
