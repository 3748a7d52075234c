import { expect, test } from "vitest";

import { patchedFiles, writtenFiles } from "./written-files.ts";

test("write and edit name one file", () => {
  expect(writtenFiles("write", { filePath: "a.md", content: "" })).toEqual(["a.md"]);
  expect(writtenFiles("edit", { filePath: "b.md", oldString: "", newString: "" })).toEqual([
    "b.md",
  ]);
});

test("a patch names what it adds, changes and moves to, not what it deletes or holds as text", () => {
  const patchText = [
    "*** Begin Patch",
    "*** Add File: .ai/plan-new.md",
    "+*** Add File: not this one",
    "*** Update File: .ai/plan-old.md",
    "*** Move to: .ai/plan-moved.md\r",
    "@@",
    "-one",
    "+two",
    "*** Delete File: .ai/plan-gone.md",
    "*** End Patch",
  ].join("\n");
  const files = [".ai/plan-new.md", ".ai/plan-old.md", ".ai/plan-moved.md"];
  expect(writtenFiles("apply_patch", { patchText })).toEqual(files);
});

test("all that a patch changes is told, with what it does to it", () => {
  const patch =
    "*** Add File:a\r\n+x\n*** Delete File:  b c \n*** Update File: \n *** Add File: d\n";
  expect(patchedFiles(patch)).toEqual([
    { path: "a", isDeleted: false },
    { path: "b c", isDeleted: true },
  ]);
});

test("ten megabytes of a patch are read to their end", () => {
  const blanks = " ".repeat(10_000_000);
  expect(patchedFiles(`*** Add File: a${blanks}b${blanks}`)).toHaveLength(1);
});

test.each([
  ["read", { filePath: "a.md" }],
  ["write", { filePath: 5 }],
  ["write", null],
  ["edit", undefined],
  ["edit", "a.md"],
  ["apply_patch", { patchText: ["*** Add File: a"] }],
  ["bash", { command: "echo > .ai/plan-a.md" }],
])("%s of %j names none", (tool, args) => expect(writtenFiles(tool, args)).toEqual([]));
