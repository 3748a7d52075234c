import { expect, test } from "vitest";

import { describeError } from "./describe-error.ts";

test("an error that no code names is a fault of Cabinet, with its own exit code", () => {
  expect(describeError(new Error("oops"))).toMatchObject({
    code: "CABINET_FAULT",
    message: "Cabinet itself failed: oops.",
    exitCode: 70,
  });
  const system = Object.assign(new Error("EMFILE: too many open files"), { code: "EMFILE" });
  expect(describeError(system)).toMatchObject({ code: "CABINET_FAULT" });
  expect(describeError("not an error")).toMatchObject({ exitCode: 70 });
});

test("an error is known by its code, whichever copy of a package threw it", () => {
  const error = Object.assign(new Error("full"), { code: "ATOMIC_FS_NO_SPACE", path: "/a/b" });
  expect(describeError(error)).toMatchObject({
    code: "ATOMIC_FS_NO_SPACE",
    message: "The disk is full: /a/b was not written, its old content is intact.",
    exitCode: 1,
  });
});
