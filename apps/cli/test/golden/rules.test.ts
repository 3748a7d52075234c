import { expect, test } from "vitest";

import { faultsOfJson, faultsOfQuiet, faultsOfText } from "./rules.ts";

const SOUND = { schemaVersion: 1, ok: true, data: {}, warnings: [] };
const ERROR = { code: "CABINET_USAGE", message: "It is none.", hint: "Give another." };
const FAULT = { code: "CABINET_FAULT", message: "Cabinet itself failed: x is not a function." };
const FAILED = { schemaVersion: 1, ok: false, error: ERROR, warnings: [] };

function printed(value: unknown, code: number, stderr = "") {
  const stdout = typeof value === "string" ? value : `${JSON.stringify(value)}\n`;
  return { code, stdout, stderr };
}

test("what is sound has no fault", () => {
  expect(faultsOfJson(["plans"], printed(SOUND, 0))).toEqual([]);
  expect(faultsOfJson(["doctor"], printed(SOUND, 1))).toEqual([]);
  expect(faultsOfJson(["plans"], printed(FAILED, 2))).toEqual([]);
  expect(faultsOfText(["plans"], printed("a\n", 0, "What was removed is in b.\n"))).toEqual([]);
  expect(faultsOfText(["complete"], printed("a\tb\n", 0))).toEqual([]);
  expect(faultsOfQuiet(printed("", 1, "error: It is none.\n"))).toEqual([]);
});

test.each([
  ["no JSON at all", "Nothing.\n", 0],
  ["two values", `${JSON.stringify(SOUND)}\n${JSON.stringify(SOUND)}\n`, 0],
  ["another version", { ...SOUND, schemaVersion: 2 }, 0],
  ["no data", { schemaVersion: 1, ok: true, warnings: [] }, 0],
  ["data and an error", { ...FAILED, data: {} }, 2],
  ["no hint", { ...FAILED, error: { ...ERROR, hint: " " } }, 2],
  ["a message that is no sentence", { ...FAILED, error: { ...ERROR, message: "none" } }, 2],
  ["a code that no README has", { ...FAILED, error: { ...ERROR, code: "CABINET_WHAT" } }, 1],
  ["a hint that destroys", { ...FAILED, error: { ...ERROR, hint: "Remove the file." } }, 2],
  ["a warning that destroys", { ...SOUND, warnings: [{ code: "LEASE_LOST", message: "rm x" }] }, 0],
  ["a failure that ends well", FAILED, 0],
  ["a usage error that ends as another one", FAILED, 1],
  [
    "another error that ends as one of usage",
    { ...FAILED, error: { ...ERROR, code: "LEASE_HELD" } },
    2,
  ],
  ["what went well and ends as a failure", SOUND, 1],
  ["a fault of its own", { ...FAILED, error: { ...ERROR, code: "CABINET_FAULT" } }, 70],
  ["a fault that hides nothing else", { ...SOUND, warnings: [FAULT] }, 70],
  ["a control character", `${JSON.stringify(SOUND)}\u009b`, 0],
])("with --json, %s is a fault", (_, value, code) => {
  expect(faultsOfJson(["plans"], printed(value, code))).not.toEqual([]);
});

test.each(["\u001b[31m", "\r", "\u0007", "\t", "\u0000", "\u009b1m", "\u202e", "\u200b", "\u2028"])(
  "%j is a fault on both outputs",
  (character) => {
    expect(faultsOfText(["plans"], printed(`a${character}\n`, 0))).toHaveLength(1);
    expect(faultsOfText(["plans"], printed("", 1, `a${character}\n`))).toHaveLength(1);
  },
);

test("with --quiet, a hint and a warning are faults", () => {
  for (const stderr of ["error: x\nGive another.\n", "warning: x\n"]) {
    expect(faultsOfQuiet(printed("", 1, stderr))).toHaveLength(1);
  }
});
