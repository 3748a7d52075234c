import { expect, test } from "vitest";

import { shortNames } from "./short-names.ts";

test("names are as short as tells them apart, and seven characters or more", () => {
  const names = ["0123456789", "01234567ab", "abcdefghij", "abc", "abc"];
  expect(Object.fromEntries(shortNames(names))).toEqual({
    "0123456789": "012345678",
    "01234567ab": "01234567a",
    abcdefghij: "abcdefg",
    abc: "abc",
  });
});

test("a name that another one begins with stays whole", () => {
  expect(Object.fromEntries(shortNames(["0123456789", "01234567"]))).toEqual({
    "0123456789": "012345678",
    "01234567": "01234567",
  });
});
