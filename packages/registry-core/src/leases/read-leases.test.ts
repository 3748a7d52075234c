import { existsSync, mkdirSync, rmdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";

import { describe, expect, test } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { codeOf, leaseRoot, leaseRootWith } from "../../test/support/lease-project.ts";
import { grantLease } from "./change-lease.ts";
import { registryPath } from "./lease-registry.ts";
import { getLease, listLeases, peekLease, peekLeases, registryExists } from "./read-leases.ts";

test("there is a registry where there is a file, and none where nothing lies", () => {
  expect(registryExists(leaseRootWith("{}"))).toBe(true);
  expect(registryExists(leaseRoot())).toBe(false);
  expect(registryExists(temporaryFolder())).toBe(false);
});

describe("a link to nothing", () => {
  const withLink = (place: (registry: string) => string, target = "gone") => {
    const root = leaseRoot();
    const path = place(registryPath(root));
    if (path !== registryPath(root)) rmdirSync(dirname(registryPath(root)));
    if (path === join(root, ".planning")) rmdirSync(path);
    symlinkSync(target, path);
    return { root, path };
  };

  test.each([
    ["the registry", (registry: string) => registry],
    ["its folder", (registry: string) => dirname(registry)],
    ["the folder above", (registry: string) => dirname(dirname(registry))],
  ])("in the place of %s is a registry that cannot be read, to every call", (_title, place) => {
    const { root, path } = withLink(place);
    expect(registryExists(root)).toBe(true);
    const calls = [
      () => peekLeases(root),
      () => peekLease(root, "1"),
      () => listLeases(root),
      () => getLease(root, "1"),
      () => grantLease(root, { phase_id: "1" }),
    ];
    for (const call of calls) expect(codeOf(call)).toBe("REGISTRY_UNREADABLE");
    expect(() => peekLeases(root)).toThrow(`${path}: it is a link that leads to nothing`);
    expect(existsSync(path)).toBe(false);
  });

  test.each([
    ["the registry", (registry: string) => registry, "registry.json"],
    ["its folder", (registry: string) => dirname(registry), ".local"],
  ])("in the place of %s that leads to itself is one, too", (_title, place, target) => {
    const { root } = withLink(place, target);
    expect(registryExists(root)).toBe(true);
    expect(codeOf(() => peekLeases(root))).toBe("REGISTRY_UNREADABLE");
  });
});

test("a folder of the registry that is a link to another one is read", () => {
  const root = temporaryFolder();
  const other = leaseRoot();
  mkdirSync(join(root, ".planning"));
  symlinkSync(dirname(registryPath(other)), dirname(registryPath(root)));
  expect(registryExists(root)).toBe(false);
  expect(peekLeases(root)).toEqual([]);
  grantLease(other, { phase_id: "1" });
  expect(registryExists(root)).toBe(true);
  expect(peekLease(root, "01")).toMatchObject({ phase_id: "1" });
});
