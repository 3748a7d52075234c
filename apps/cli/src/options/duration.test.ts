import { expect, test } from "vitest";

import { parseDuration } from "./duration.ts";

test.each([
  ["500ms", 500],
  ["90s", 90_000],
  ["30m", 1_800_000],
  ["2h", 7_200_000],
  ["1d", 86_400_000],
])("%s is %i milliseconds", (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});

test.each([
  ["90", '"90" has no unit.'],
  ["1w", '"1w" is no duration.'],
  ["-1s", '"-1s" is no duration.'],
  ["1.5h", '"1.5h" is no duration.'],
  ["1h30m", '"1h30m" is no duration.'],
  ["s", '"s" is no duration.'],
  ["1constructor", '"1constructor" is no duration.'],
  [" 1s", '" 1s" is no duration.'],
])("%j is refused in one sentence", (text, message) => {
  expect(() => parseDuration(text)).toThrow(
    expect.objectContaining({ code: "CABINET_USAGE", message }),
  );
});
