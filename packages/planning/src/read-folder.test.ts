import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { readFolder } from "./read-folder.ts";

test("the names of files and folders come in their order", () => {
  const folder = temporaryFolder();
  for (const name of ["b", "a", "B"]) writeFileSync(join(folder, name), "");
  mkdirSync(join(folder, "aa"));
  expect(readFolder(folder)).toEqual(["B", "a", "aa", "b"]);
});

test("a folder that is not there holds nothing", () => {
  expect(readFolder(join(temporaryFolder(), "none"))).toEqual([]);
});

test("what is no folder is an error, also where it stands in the way", () => {
  const file = join(temporaryFolder(), "file");
  writeFileSync(file, "");
  for (const path of [file, join(file, "below")]) {
    expect(() => readFolder(path)).toThrow(
      expect.objectContaining({ code: "PLANNING_UNREADABLE", path, reason: "it is no folder" }),
    );
  }
});
