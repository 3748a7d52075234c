import fs from "node:fs";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { currentState, isInKnownState, isReplaced, KnownStateNote } from "./known-state.ts";

function noted(): { path: string; note: KnownStateNote } {
  const path = join(temporaryFolder(), "file");
  fs.writeFileSync(path, "content");
  const note = new KnownStateNote(path);
  onTestFinished(() => note.close());
  note.write(currentState(path));
  return { path, note };
}

test("a file is known as long as nobody touches it", () => {
  const { path } = noted();
  expect(isInKnownState(path)).toBe(true);
  fs.utimesSync(path, new Date(0), new Date(0));
  expect(isInKnownState(path)).toBe(false);
});

test.each([
  [
    "written into, with its times put back",
    (path: string) => {
      const { atime, mtime } = fs.statSync(path);
      fs.writeFileSync(path, "CONTENT");
      fs.utimesSync(path, atime, mtime);
    },
  ],
  [
    "replaced by a copy",
    (path: string) => {
      fs.copyFileSync(path, `${path}.copy`);
      fs.renameSync(`${path}.copy`, path);
    },
  ],
  ["longer", (path: string) => fs.appendFileSync(path, "x")],
  ["removed", (path: string) => fs.rmSync(path)],
])("a file that was %s is not", (_title, change) => {
  const { path } = noted();
  change(path);
  expect(isInKnownState(path)).toBe(false);
});

test("another file of the name is told from the same one that was changed", () => {
  const { path } = noted();
  expect(isReplaced(path)).toBe(false);
  fs.appendFileSync(path, "x");
  expect(isReplaced(path)).toBe(false);
  fs.renameSync(path, `${path}.away`);
  fs.writeFileSync(path, "content");
  expect(isReplaced(path)).toBe(true);
});

test.each(["", " ".repeat(256), "1 boot", "2 boot 5 6 7 8\n", "\0".repeat(256)])(
  "a note that says nothing (%j) says neither that a file is known nor that it was replaced",
  (text) => {
    const { path } = noted();
    fs.writeFileSync(`${path}.state`, text);
    expect(isInKnownState(path)).toBe(false);
    expect(isReplaced(path)).toBe(false);
  },
);

test("a note of another boot says nothing of the pages", () => {
  const { path } = noted();
  const text = fs.readFileSync(`${path}.state`, "latin1");
  fs.writeFileSync(`${path}.state`, text.replace(/^1 \S+/, "1 another-boot"));
  expect(isInKnownState(path)).toBe(false);
});

test("what is no longer known is not known to anybody", () => {
  const { path, note } = noted();
  note.write(undefined);
  expect(isInKnownState(path)).toBe(false);
  expect(fs.statSync(`${path}.state`).size).toBe(256);
});
