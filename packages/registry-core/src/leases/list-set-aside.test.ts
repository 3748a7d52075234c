import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { leaseAsides, leaseRoot, leaseRootWith } from "../../test/support/lease-project.ts";
import { registryPath } from "./lease-registry.ts";
import { listSetAside } from "./list-set-aside.ts";
import { listLeases } from "./read-leases.ts";

const write = (root: string, names: readonly string[]): void => {
  for (const name of names) writeFileSync(`${registryPath(root)}.${name}`, "");
};

test("what was set aside is listed, the oldest first, also without a registry", () => {
  expect(listSetAside(temporaryFolder())).toEqual([]);
  const root = leaseRoot();
  write(root, ["broken-10", "broken-9", "broken-", "broken-9x", "broken", "lock"]);
  expect(listSetAside(root).map((path) => basename(path))).toEqual([
    "registry.json.broken-9",
    "registry.json.broken-10",
  ]);
});

test("a damaged registry is among them once it was read", () => {
  const root = leaseRootWith("no JSON");
  listLeases(root, { onWarning: () => undefined });
  expect(listSetAside(root)).toEqual(leaseAsides(root));
  expect(listSetAside(root)).toHaveLength(1);
});

test("behind a link they lie beside what it leads to", () => {
  const other = leaseRootWith("{}");
  write(other, ["broken-1"]);
  const root = temporaryFolder();
  mkdirSync(dirname(registryPath(root)), { recursive: true });
  symlinkSync(registryPath(other), registryPath(root));
  expect(listSetAside(root)).toEqual([`${registryPath(other)}.broken-1`]);
});
