import { expect, test } from "vitest";

import { missingIgnoreLines, withIgnoreLines } from "./ignore-lines.ts";

const IGNORE = { title: "# Ours", lines: ["/a", "/b/"] };
const textOf = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString();

test("a file that is not there gets the title and all lines", () => {
  expect(textOf(withIgnoreLines(undefined, IGNORE))).toBe("# Ours\n/a\n/b/\n");
});

test("what is there stays byte for byte, and only what is missing comes behind it", () => {
  const old = Buffer.from([0xff, 0x0d, 0x0a, 0x2f, 0x61, 0x0d, 0x0a, 0x6d]);
  const next = Buffer.from(withIgnoreLines(old, IGNORE) ?? []);
  expect(next.subarray(0, old.length)).toEqual(old);
  expect(next.subarray(old.length).toString()).toBe("\n# Ours\n/b/\n");
  expect(missingIgnoreLines(old, IGNORE)).toEqual(["/b/"]);
});

test("where all lines are there, in any order and with any line end, nothing is to be written", () => {
  expect(withIgnoreLines(Buffer.from("/b/\r\nmine\n/a"), IGNORE)).toBeUndefined();
});
