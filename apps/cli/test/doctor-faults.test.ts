import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { ALL_CHECKS } from "../src/doctor/all-checks.ts";
import { Copies } from "../src/doctor/copies.ts";
import type { Check } from "../src/doctor/finding.ts";
import { mendAll } from "../src/doctor/mend-all.ts";
import { QUICK_CHECKS } from "../src/doctor/quick-checks.ts";
import { checkout } from "./checkout.ts";
import { messyCheckout, placeOf } from "./messy-checkout.ts";
import { cabinet } from "./run-cabinet-here.ts";

const SAID = "Cabinet itself failed: nothing.length is not a function.";

/** A mistake of ours, as one is made. */
function blunder(): never {
  throw new TypeError("nothing.length is not a function");
}

/** Until the end of the test, such a check is among these. */
function breakOneOf(checks: readonly Check[]): void {
  const first = checks[0];
  if (first === undefined) throw new Error("there is no check");
  const { look } = first;
  Object.assign(first, { look: blunder });
  onTestFinished(() => void Object.assign(first, { look }));
}

/** A checkout with something else that is wrong. */
function sickCheckout(): string {
  const dir = checkout();
  mkdirSync(join(dir, ".ai"), { recursive: true });
  writeFileSync(join(dir, ".ai/.session-plans.json"), "{");
  return dir;
}

test.each(["doctor", "status"])(
  "a fault in a check of %s is told as one, and hides nothing else",
  async (command) => {
    breakOneOf(command === "doctor" ? ALL_CHECKS : QUICK_CHECKS);
    const dir = sickCheckout();
    const args = [command, "--database", join(dir, "home/agents.lmdb")];
    const json = await cabinet(dir, [...args, "--json"]);
    const { ok, data, warnings } = JSON.parse(json.stdout);
    expect([json.code, ok]).toEqual([70, true]);
    expect(warnings).toMatchObject([
      { code: "CABINET_FAULT", message: expect.stringContaining(SAID) },
    ]);
    expect(data.findings).toMatchObject([
      { id: "registry-damaged" },
      {
        id: "could-not-look",
        message: expect.stringContaining(SAID),
        command: null,
        advice: "Run it again with --verbose and report what it prints.",
      },
    ]);
    const plain = await cabinet(dir, args);
    expect(plain.code).toBe(70);
    expect(plain.stdout).toContain("error: ");
    expect(plain.stderr).toBe(
      `warning: ${SAID} Run it again with --verbose and report what it prints.\n`,
    );
    const verbose = await cabinet(dir, [...args, "--verbose"]);
    expect(verbose.stderr).toContain("    at blunder ");
  },
);

test("a fault is told once, also by --fix, which looks twice", async () => {
  breakOneOf(ALL_CHECKS);
  const dir = await messyCheckout();
  const database = join(dir, "home/agents.lmdb");
  const { code, stdout } = await cabinet(dir, [
    "doctor",
    "--fix",
    "--json",
    "--database",
    database,
  ]);
  const { data, warnings } = JSON.parse(stdout);
  expect([code, warnings]).toMatchObject([70, [{ code: "CABINET_FAULT" }]]);
  expect(data.fixed.map(({ outcome }: { outcome: string }) => outcome)).toContain("done");
});

test("a fault in a fix is told, and keeps none of the others back", async () => {
  const dir = checkout();
  const facts = { severity: "note", path: dir, message: "", command: null, advice: null } as const;
  const found = [
    { ...facts, id: "dead-lock", fix: "It falls.", mend: blunder },
    { ...facts, id: "recoverable-file", fix: "It stands.", mend: async () => ({}) },
  ] as const;
  const faults: unknown[] = [];
  const fixed = await mendAll(found, new Copies(placeOf(dir)), (fault) => faults.push(fault));
  expect(fixed.map(({ outcome }) => outcome)).toEqual(["failed", "done"]);
  expect(faults).toEqual([expect.any(TypeError)]);
});
