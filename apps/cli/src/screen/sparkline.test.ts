import { expect, test } from "vitest";

import { sparkline } from "./sparkline.ts";

test.each([
  [[], ""],
  [[60], "▅"],
  [[60, 60, 60], "▅▅▅"],
  [[0, 1, 2, 3, 4, 5, 6, 7], "▁▂▃▄▅▆▇█"],
  [[60, Number.NaN, 0], "█▁"],
  [[-5, 5], "▁█"],
])("%j is drawn as %s", (numbers, line) => {
  expect(sparkline(numbers)).toBe(line);
});

test("more than fit into a line are drawn as means, and all of them count", () => {
  const numbers = Array.from({ length: 1000 }, (_, index) => (index < 500 ? 0 : 10));
  expect(sparkline(numbers)).toBe(`${"▁".repeat(30)}${"█".repeat(30)}`);
  expect(sparkline([0, 0, 10, 10, 20], 2)).toBe("▁█");
});
