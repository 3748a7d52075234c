import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { fileLines } from "./file-lines.ts";

async function linesOf(content: string | Uint8Array, longest = 100): Promise<unknown[]> {
  const path = join(temporaryFolder(), "lines");
  writeFileSync(path, content);
  const lines: unknown[] = [];
  for await (const { number, text } of fileLines(path, longest)) lines.push([number, text]);
  return lines;
}

test.each([
  ["", []],
  ["a", [[1, "a"]]],
  ["a\n", [[1, "a"]]],
  [
    "a\n\nb\r\n",
    [
      [1, "a"],
      [2, ""],
      [3, "b\r"],
    ],
  ],
])("%j is read line by line", async (content, lines) => {
  expect(await linesOf(content)).toEqual(lines);
});

test("a line that is longer than a chunk is whole", async () => {
  const long = "é".repeat(100_000);
  expect(await linesOf(`a\n${long}\nb`, 1_000_000)).toEqual([
    [1, "a"],
    [2, long],
    [3, "b"],
  ]);
});

test("a line that is too long, or no UTF-8, has no text, and the next ones are read", async () => {
  const bytes = Buffer.concat([
    Buffer.from(`${"a".repeat(200_000)}\n`),
    Buffer.from([0xff, 0x0a]),
    Buffer.from("b"),
  ]);
  expect(await linesOf(bytes)).toEqual([
    [1, undefined],
    [2, undefined],
    [3, "b"],
  ]);
});

test("a file that is not there is said in one sentence", async () => {
  const path = join(temporaryFolder(), "missing");
  const reading = fileLines(path, 100).next();
  await expect(reading).rejects.toMatchObject({ code: "CABINET_FILE_UNREADABLE" });
});
