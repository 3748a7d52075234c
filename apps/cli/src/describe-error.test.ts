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

const path = "/a/.notes.json";
const record = { collection: "notes", key: "one\n" };

test.each([
  [
    { code: "REGISTRY_VALUE_INVALID", path, reason: "size: it is no number" },
    "The registry /a/.notes.json cannot hold what was to be stored: size: it is no number. Nothing was changed.",
  ],
  [
    { code: "REGISTRY_KEY_INVALID", ...record, reason: "the key cannot be used: it holds NUL" },
    'The record "one\\n" of notes: the key cannot be used: it holds NUL. Nothing was changed.',
  ],
  [
    { code: "REGISTRY_RECORD_INVALID", ...record, reason: "it is too deep" },
    'The record "one\\n" of notes cannot be stored as given: it is too deep. Nothing was changed.',
  ],
  [
    { code: "REGISTRY_RECORD_CORRUPT", ...record, reason: "it is no note" },
    'The record "one\\n" of notes is damaged: it is no note. It was left as it is.',
  ],
  [
    { code: "REGISTRY_RECORD_CORRUPT", reason: "it is no note" },
    "A record is damaged: it is no note. It was left as it is.",
  ],
  [
    { code: "REGISTRY_CLOSED", reason: "it is closed" },
    "The store was closed while it was still needed. Nothing was changed.",
  ],
])("%j has a sentence, and a next step that removes nothing", (facts, message) => {
  const description = describeError(Object.assign(new Error("m"), facts));
  expect(description).toMatchObject({ code: facts.code, message, exitCode: 1 });
  expect(description.hint).toMatch(/^[A-Z].*\.$/);
  expect(description.hint).not.toMatch(/delet|remov|\brm\b/i);
});
