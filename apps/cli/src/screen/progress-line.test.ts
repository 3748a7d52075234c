import { expect, test } from "vitest";

import { composeWorld } from "../compose.ts";
import { withProgress } from "./progress-line.ts";

/** What is drawn when so much is told at these times. */
async function drawnAt(
  times: readonly number[],
  options: Readonly<Record<string, boolean>> = {},
): Promise<string[]> {
  const drawn: string[] = [];
  let time = 0;
  const host = { ...composeWorld().host, drawLine: (line: string) => void drawn.push(line) };
  const world = { host, options, now: () => new Date(time) };
  await withProgress(world, "copied", async (onProgress) => {
    for (const [index, at] of times.entries()) {
      time = at;
      onProgress({ done: index, total: times.length });
    }
  });
  return drawn;
}

test("it is drawn 20 times a second at most, and is gone at the end", async () => {
  expect(await drawnAt([0, 10, 49, 50, 99, 120])).toEqual([
    "copied ░░░░░░░░░░░░░░░░░░░░ 0 % (0 of 6)",
    "copied ██████████░░░░░░░░░░ 50 % (3 of 6)",
    "copied ████████████████░░░░ 83 % (5 of 6)",
    "",
  ]);
});

test("with --quiet nothing is drawn", async () => {
  expect(await drawnAt([0, 100], { quiet: true })).toEqual([]);
});

test("work that fails leaves no bar behind, and its error is passed on", async () => {
  const drawn: string[] = [];
  const host = { ...composeWorld().host, drawLine: (line: string) => void drawn.push(line) };
  const world = { host, options: {}, now: () => new Date(0) };
  const failing = withProgress(world, "copied", async (onProgress) => {
    onProgress({ done: 1, total: 2 });
    throw new Error("no more");
  });
  await expect(failing).rejects.toThrow("no more");
  expect(drawn.at(-1)).toBe("");
});
