import { expect, test } from "vitest";

import { NameError } from "./errors.ts";
import { assertPathSegment, segmentFault } from "./path-segment.ts";

test.each(["plan-a.md", "with space", "ünï-☃", ".hidden", "a..b", "x".repeat(255)])(
  "%s is one file name",
  (segment) => expect(segmentFault(segment)).toBeUndefined(),
);

test.each([
  ["", "empty"],
  [".", "folder"],
  ["..", "folder"],
  ["a/b", "separator"],
  ["..\\evil", "separator"],
  ["/etc/passwd", "separator"],
  ["a\0b", "control character"],
  ["a\u001b[2J", "control character"],
  ["\ud800", "Unicode"],
  ["☃".repeat(86), "too long"],
])("%j is refused, with the reason", (segment, reason) => {
  expect(segmentFault(segment)).toContain(reason);
  expect(() => assertPathSegment(segment)).toThrow(NameError);
});

test("what is no text is a mistake of the caller", () => {
  // @ts-expect-error: a caller without types
  expect(() => segmentFault(3)).toThrow("a name is a text");
  // @ts-expect-error: a caller without types
  expect(() => assertPathSegment()).toThrow(TypeError);
});
