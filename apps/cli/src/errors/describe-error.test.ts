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
    { code: "REGISTRY_CORRUPT", path: "/a/.ai/.session-plans.json", reason: "it is no JSON" },
    "The registry /a/.ai/.session-plans.json is damaged: it is no JSON. It was left as it is.",
  ],
  [
    {
      code: "REGISTRY_CORRUPT",
      path: "/a/.planning/.local/registry.json",
      reason: "it is no JSON",
    },
    "The registry /a/.planning/.local/registry.json is damaged: it is no JSON. It was left as it is.",
  ],
  [
    { code: "REGISTRY_NEWER", path, reason: "its schema_version is 2" },
    "The registry /a/.notes.json is of a newer Cabinet: its schema_version is 2. It was left as it is.",
  ],
  [{ code: "LEASE_HELD", phase: "3", reason: "is held", holderState: "dead" }, "Phase 3 is held."],
  [{ code: "LEASE_OPEN", phase: "a b", reason: "is open" }, 'Phase "a b" is open.'],
  [{ code: "LEASE_FENCED", phase: "3", reason: "is over" }, "Phase 3 is over."],
  [{ code: "LEASE_NOT_FOUND", phase: "3" }, "There is no lease for phase 3."],
  [
    { code: "LEASE_NOT_OPEN", phase: "3", reason: "has ended" },
    "The lease of phase 3 is not open any more: it has ended.",
  ],
  [
    { code: "WORKSPACE_UNREACHABLE", path: "/a" },
    "The repository of /a cannot be reached: its .git leads to a folder that is not there.",
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

test("what no lease can be is about the command line", () => {
  const facts = { code: "LEASE_INVALID", phase: "", reason: "is none" };
  expect(describeError(Object.assign(new Error("m"), facts))).toMatchObject({
    code: "LEASE_INVALID",
    message: 'Phase "" is none.',
    exitCode: 2,
  });
});

test("the next step for a damaged registry is about what it holds", () => {
  const hintFor = (file: string): string =>
    describeError(
      Object.assign(new Error("m"), { code: "REGISTRY_CORRUPT", path: file, reason: "r" }),
    ).hint;
  expect(hintFor("/a/.ai/.session-plans.json")).toContain("`cabinet plans adopt`");
  expect(hintFor("/a/.planning/.local/registry.json")).toContain("/a/.planning/.local");
});

test("an open lease is to be reclaimed or looked at, by what is seen of its holder", () => {
  const hintFor = (holderState: string, phase = "3"): string =>
    describeError(
      Object.assign(new Error("m"), { code: "LEASE_HELD", phase, reason: "r", holderState }),
    ).hint;
  expect(["dead", "expired"].map((state) => hintFor(state))).toEqual(
    Array.from({ length: 2 }, () => "End that lease with `cabinet lease reclaim 3`."),
  );
  expect(["alive", "unknown"].map((state) => hintFor(state))).toEqual(
    Array.from({ length: 2 }, () => "Look at it with `cabinet lease show 3`."),
  );
  expect(hintFor("dead", "$(reboot)")).toContain("`cabinet lease reclaim <phase>`");
});
