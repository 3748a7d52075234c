import { expect, test } from "vitest";

import { notWritten, unreadable } from "./file-failure.ts";

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: so it is, write`), { code, syscall: "write" });
}

test.each([
  ["ENOSPC", "Make room on the file system of /a/b."],
  ["EDQUOT", "Make room on the file system of /a/b."],
  ["ENOENT", "Look at the path again: there is no folder /a/b."],
  ["ENOTDIR", "Look at the path again: there is no folder /a/b."],
  ["ENAMETOOLONG", "Give a shorter name."],
  ["EROFS", "Give a path on a file system that can be written."],
  ["EACCES", "Look at the owner and mode of /a/b."],
])("after %s the next step is about its reason", (code, hint) => {
  expect(notWritten("/a/b/c", systemError(code))).toMatchObject({
    code: "CABINET_FILE_NOT_WRITTEN",
    message: `/a/b/c was not written: ${code}: so it is, write.`,
    hint,
  });
});

test("what is not there is told from what is closed to this user", () => {
  expect(unreadable("/a", systemError("ENOENT")).hint).toBe(
    "Look at the path again: nothing is there.",
  );
  expect(unreadable("/a", systemError("EACCES")).hint).toContain("owner and mode");
});
