import { expect, test } from "vitest";

import { openLease } from "../../test/support/open-lease.ts";
import { findOverlaps } from "./find-overlaps.ts";
import type { Lease } from "./lease.ts";

test("open leases are named with each of their globs that covers a path", () => {
  const leases: Lease[] = [
    openLease({ phase_id: "1", write_set: ["src/**/*.ts", "docs"] }),
    openLease({ phase_id: "2", write_set: ["src/a.ts"], lease_state: "closed" }),
    openLease({ phase_id: "3", write_set: [] }),
    openLease({ phase_id: "4", write_set: ["src"] }),
  ];
  const found = findOverlaps(leases, ["src/deep/a.ts", "docs/x/y.md", "other.md"]);
  expect(found.map(({ lease, write, other }) => [lease.phase_id, write, other])).toEqual([
    ["1", "src/**/*.ts", "src/deep/a.ts"],
    ["1", "docs", "docs/x/y.md"],
    ["4", "src", "src/deep/a.ts"],
  ]);
});

test("below what is known to be a file there is nothing", () => {
  const leases = [openLease({ write_set: ["**/*.ts", "docs/*"] })];
  const isFile = (path: string): boolean => ["README.md", "src/[id].ts", "docs"].includes(path);
  const found = (glob: string): string[] =>
    findOverlaps(leases, [glob], { isFile }).map(({ write }) => write);
  expect(found("README.md")).toEqual([]);
  expect(found("src/\\[id].ts")).toEqual(["**/*.ts"]);
  expect(found("docs")).toEqual([]);
  expect(found("src")).toEqual(["**/*.ts"]);
  expect(findOverlaps(leases, ["README.md"])).toHaveLength(1);
});

test("what another tool has written and nobody understands may be anything", () => {
  const lease = openLease({ write_set: ["/home/me/repo/src"] });
  expect(findOverlaps([lease], ["README.md"])).toHaveLength(1);
  expect(() => findOverlaps([lease, openLease({ write_set: ["a"] })], ["../x"])).toThrow(
    expect.objectContaining({ code: "GLOB_INVALID" }),
  );
});
