import { expect, test } from "vitest";

import { PageMap } from "./page-map.ts";

test("a page has one purpose", () => {
  const pages = new PageMap(10, 9);
  expect(pages.use({ first: 2, count: 3 })).toBeUndefined();
  expect(pages.free({ first: 5, count: 2 })).toBeUndefined();
  expect(pages.use({ first: 4, count: 1 })).toBe("page 4 is in use twice");
  expect(pages.use({ first: 6, count: 1 })).toBe("page 6 is in use and free");
  expect(pages.free({ first: 3, count: 1 })).toBe("page 3 is in use and free");
  expect(pages.free({ first: 6, count: 1 })).toBe("page 6 is free twice");
  expect(pages.freePages).toBe(2);
});

test.each([0, 1, 10, 2 ** 53, Number.POSITIVE_INFINITY])(
  "page %d is a meta page or behind the last one, so it is nobody's",
  (first) => {
    const pages = new PageMap(10, 9);
    expect(pages.use({ first, count: 1 })).toContain("outside");
    expect(pages.free({ first, count: 1 })).toContain("outside");
  },
);

test("a run without end is outside, and costs no time", () => {
  const pages = new PageMap(10, 9);
  expect(pages.use({ first: 2, count: 2 ** 63 })).toContain("outside");
  expect(pages.free({ first: 2, count: 2 ** 63 })).toContain("outside");
});

test("free pages may be missing at the end of the file, pages in use may not", () => {
  const pages = new PageMap(10, 99);
  expect(pages.use({ first: 9, count: 2 })).toBe("it is cut before the end of page 10");
  expect(pages.free({ first: 9, count: 11 })).toBeUndefined();
  expect(pages.free({ first: 30, count: 70 })).toBeUndefined();
  expect(pages.freePages).toBe(81);
  expect(pages.lostPages()).toEqual({ inside: 7, behind: 10 });
  expect(pages.freeTwice()).toBeUndefined();
});

test("a page behind the end of the file is not free twice", () => {
  const pages = new PageMap(10, 99);
  pages.free({ first: 50, count: 10 });
  pages.free({ first: 40, count: 11 });
  expect(pages.freeTwice()).toBe("page 50 is free twice");
});
