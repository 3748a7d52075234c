import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { composeWorld } from "../compose.ts";
import { fileLines, type FileLine, openInput } from "./file-lines.ts";

const { host } = composeWorld();

async function linesIn(path: string, longest = 100, input = host.input): Promise<FileLine[]> {
  const opened = await openInput(path, { host: { ...host, input } });
  const lines: FileLine[] = [];
  for await (const line of fileLines(path, opened, longest)) lines.push(line);
  await opened.close();
  return lines;
}

async function linesOf(content: string | Uint8Array, longest?: number): Promise<unknown[]> {
  const path = join(temporaryFolder(), "lines");
  writeFileSync(path, content);
  return (await linesIn(path, longest)).map(({ number, text }) => [number, text]);
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

test("a last line without its end is told from the others, and may be cut within a character", async () => {
  const path = join(temporaryFolder(), "lines");
  writeFileSync(path, Buffer.from("a\nbé").subarray(0, -1));
  expect(await linesIn(path)).toEqual([
    { number: 1, text: "a", hasEnd: true },
    { number: 2, text: "b", hasEnd: false },
  ]);
});

test("a file that is not there, and a folder, are said in one sentence", async () => {
  const folder = temporaryFolder();
  await expect(linesIn(join(folder, "missing"))).rejects.toMatchObject({
    code: "CABINET_FILE_UNREADABLE",
    hint: "Look at the path again: nothing is there.",
  });
  await expect(linesIn(folder)).rejects.toMatchObject({
    message: `${folder} cannot be read: it is a folder.`,
  });
});

test.each([["-"], ["/dev/stdin"]])("%s is what comes in on stdin", async (path) => {
  async function* input(): AsyncGenerator<Uint8Array | string> {
    yield Buffer.from("a\nb");
    yield "c\n";
  }
  const lines = await linesIn(path, 100, input);
  expect(lines.map(({ text }) => text)).toEqual(["a", "bc"]);
});

test.runIf(process.platform !== "win32")("a pipe with a name is read to its end", async () => {
  const path = join(temporaryFolder(), "pipe");
  execFileSync("mkfifo", [path]);
  const [lines] = await Promise.all([linesIn(path), writeFile(path, "a\nb\n")]);
  expect(lines.map(({ text }) => text)).toEqual(["a", "b"]);
});
