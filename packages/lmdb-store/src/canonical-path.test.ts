import fs from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { canonicalPath } from "./canonical-path.ts";

test("a link leads to the file behind it, there already or not", () => {
  const folder = temporaryFolder();
  fs.mkdirSync(join(folder, "real"));
  fs.symlinkSync("real", join(folder, "other"));
  fs.symlinkSync("other/file", join(folder, "link"));
  const target = join(folder, "real/file");
  expect(canonicalPath(join(folder, "link"))).toBe(target);
  fs.writeFileSync(target, "");
  expect(canonicalPath(join(folder, "link"))).toBe(target);
  expect(canonicalPath(join(folder, "other/../link"))).toBe(target);
});

test("folders that are missing are made, also behind a link", () => {
  const folder = temporaryFolder();
  fs.symlinkSync("a/b/file", join(folder, "link"));
  expect(canonicalPath(join(folder, "link"))).toBe(join(folder, "a/b/file"));
  expect(fs.statSync(join(folder, "a/b")).isDirectory()).toBe(true);
});

test("a file with two names is refused, and so is a link that leads nowhere", () => {
  const folder = temporaryFolder();
  fs.writeFileSync(join(folder, "one"), "");
  fs.linkSync(join(folder, "one"), join(folder, "two"));
  const linked = expect.objectContaining({ code: "LMDB_STORE_LINKED" }) as Error;
  expect(() => canonicalPath(join(folder, "two"))).toThrow(linked);
  fs.symlinkSync("loop", join(folder, "loop"));
  const failed = expect.objectContaining({ code: "LMDB_STORE_IO" }) as Error;
  expect(() => canonicalPath(join(folder, "loop"))).toThrow(failed);
});

test.each(["", "a\0b", 5, undefined])("%j is no path", (path) => {
  expect(() => canonicalPath(path as string)).toThrow(TypeError);
});
