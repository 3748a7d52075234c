import { expect, test } from "vitest";

import { readFreeList } from "./free-list.ts";
import type { PageRun } from "./page-map.ts";

function listOf(...numbers: number[]): DataView {
  const view = new DataView(new ArrayBuffer(numbers.length * 8));
  for (const [index, number] of numbers.entries()) {
    view.setBigInt64(index * 8, BigInt(number), true);
  }
  return view;
}

function read(...numbers: number[]): { runs: PageRun[]; fault: string | undefined } {
  const view = listOf(...numbers);
  const runs: PageRun[] = [];
  const bytes = Buffer.from(view.buffer);
  const fault = readFreeList({ bytes, view }, (run) => {
    runs.push(run);
    return undefined;
  });
  return { runs, fault };
}

test("single pages, empty places and runs are told apart", () => {
  expect(read(6, 90, 0, -3, 40, 0, 7)).toEqual({
    runs: [
      { first: 90, count: 1 },
      { first: 40, count: 3 },
      { first: 7, count: 1 },
    ],
    fault: undefined,
  });
});

test("what stands behind the last entry does not count", () => {
  expect(read(1, 5, -4, -4)).toEqual({ runs: [{ first: 5, count: 1 }], fault: undefined });
  expect(read(0)).toEqual({ runs: [], fault: undefined });
});

test.each([
  ["more entries than bytes", [3, 5, 6], "its list has 3 entries in 24 bytes"],
  ["a count below zero", [-1, 5, 6], /^its list has \d+ entries in 24 bytes$/u],
  ["a length without a page at its end", [2, 5, -6, 9], "its list ends within a run"],
  ["two lengths", [3, -5, -6, 9], "its list has two lengths without a page"],
  ["no bytes", [], "its list has 0 bytes"],
])("a list with %s has a fault", (_title, numbers, fault) => {
  expect(read(...numbers).fault).toMatch(fault);
});

test("what is wrong with a page ends the reading", () => {
  const view = listOf(2, 5, 6);
  const seen: number[] = [];
  const fault = readFreeList({ bytes: Buffer.from(view.buffer), view }, ({ first }) => {
    seen.push(first);
    return "page 5 is in use and free";
  });
  expect({ fault, seen }).toEqual({ fault: "page 5 is in use and free", seen: [5] });
});
