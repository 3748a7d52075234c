import { existsSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { recoverFile, withFileLock } from "@x/atomic-fs";
import { getActiveSpec } from "@x/planning";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { ALL_CHECKS } from "../src/doctor/all-checks.ts";
import { Copies } from "../src/doctor/copies.ts";
import { lookAtAll } from "../src/doctor/look-at-all.ts";
import { type Fixed, mendAll } from "../src/doctor/mend-all.ts";
import { findCutShort } from "../src/doctor/recoverable-file.ts";
import { filesOf } from "./checkout.ts";
import { rethrow } from "./doctored.ts";
import { messyCheckout, ORPHAN, placeOf } from "./messy-checkout.ts";
import { cabinet } from "./run-cabinet-here.ts";
import { writeSpec } from "./spec-checkout.ts";

/** What becomes of the fixes when something happens between the look and them. */
async function mendAfter(
  dir: string,
  happens: () => unknown,
): Promise<Record<string, Fixed["outcome"]>> {
  const place = placeOf(dir);
  const { found } = await lookAtAll(ALL_CHECKS, place, rethrow);
  await happens();
  const fixed = await mendAll(found, new Copies(place), rethrow);
  return Object.fromEntries(fixed.map(({ id, outcome }) => [id, outcome]));
}

const ALL_DONE = {
  "recoverable-file": "done",
  "orphaned-temporary-file": "done",
  "dead-lock": "done",
  "active-spec-dangling": "done",
};

test("where nothing happens in between, all of it is mended", async () => {
  const dir = await messyCheckout();
  expect(await mendAfter(dir, () => undefined)).toEqual(ALL_DONE);
  expect((await lookAtAll(ALL_CHECKS, placeOf(dir), rethrow)).found).toEqual([]);
});

test("a spec that was activated meanwhile stays active", async () => {
  const dir = await messyCheckout();
  const outcomes = await mendAfter(dir, async () => {
    writeSpec(dir, "specs/login.md", "login");
    await cabinet(dir, ["planning", "setup", "--spec", "specs/login.md"]);
    await cabinet(dir, ["planning", "activate", "login"]);
  });
  expect(outcomes).toEqual({ ...ALL_DONE, "active-spec-dangling": "left" });
  expect(getActiveSpec({ root: dir })).toBe("login");
});

test("a registry that was written meanwhile is not gone back behind", async () => {
  const dir = await messyCheckout();
  const registry = join(dir, ".ai/.session-plans.json");
  const outcomes = await mendAfter(dir, () => writeFileSync(registry, "{}"));
  expect(outcomes).toEqual({ ...ALL_DONE, "recoverable-file": "left" });
  expect(readFileSync(registry, "utf8")).toBe("{}");
});

test("what somebody else has recovered, or set aside, meanwhile is left", async () => {
  const dir = await messyCheckout();
  const outcomes = await mendAfter(dir, async () => {
    await recoverFile(join(dir, ".ai/notes.md"));
    await recoverFile(join(dir, ".ai/.session-plans.json"));
  });
  expect(outcomes).toEqual({
    ...ALL_DONE,
    "recoverable-file": "left",
    "orphaned-temporary-file": "left",
  });
});

test("a write that somebody else puts in its place while it is judged is none that was cut short", async () => {
  const dir = await messyCheckout();
  const registry = join(dir, ".ai/.session-plans.json");
  const found = await findCutShort(registry, placeOf(dir));
  expect(found).toMatchObject({ isRecoverable: true });
  const judged = findCutShort(registry, placeOf(dir));
  // It is found in the call itself, and read in a later turn.
  renameSync(found?.path ?? "", registry);
  expect(await judged).toBeUndefined();
});

/** Takes the lock of a file until the function is called that this gives. It rejects where the lock was lost. */
async function hold(path: string): Promise<() => Promise<void>> {
  const held: { end: () => void } = { end: () => undefined };
  let over = Promise.resolve();
  await new Promise<void>((taken) => {
    const section = (): Promise<void> => {
      taken();
      return new Promise((end) => (held.end = end));
    };
    over = withFileLock(path, section);
  });
  onTestFinished(() => held.end());
  return () => {
    held.end();
    return over;
  };
}

test("what is locked by a living process is left to it", async () => {
  const dir = await messyCheckout();
  const release = await hold(join(dir, ".ai/notes.md"));
  const outcomes = await mendAfter(dir, () => undefined);
  expect(outcomes).toEqual({ ...ALL_DONE, "orphaned-temporary-file": "left" });
  expect(existsSync(join(dir, ".ai", ORPHAN))).toBe(true);
  await release();
  expect(await mendAfter(dir, () => undefined)).toEqual({ "orphaned-temporary-file": "done" });
});

test("a dead lock that a living process takes between look and fix stays with it", async () => {
  const dir = await messyCheckout();
  const held: { release?: () => Promise<void> } = {};
  const outcomes = await mendAfter(dir, async () => {
    held.release = await hold(join(dir, ".ai/plan-x.md"));
  });
  expect(outcomes).toEqual({ ...ALL_DONE, "dead-lock": "left" });
  await held.release?.();
});

test.each([".ai", ".planning"])(
  "where %s leads out of the checkout by now, nothing is moved there",
  async (name) => {
    const dir = await messyCheckout();
    const elsewhere = join(temporaryFolder(), "elsewhere");
    const before = new Map<string, string>();
    await mendAfter(dir, () => {
      renameSync(join(dir, name), elsewhere);
      symlinkSync(elsewhere, join(dir, name));
      for (const [path, text] of filesOf(elsewhere)) before.set(path, text);
    });
    expect(filesOf(elsewhere)).toEqual(before);
  },
);

test("a file that was damaged meanwhile keeps what was left of an older write of it", async () => {
  const dir = await messyCheckout();
  const outcomes = await mendAfter(dir, () => writeFileSync(join(dir, ".ai/notes.md"), ""));
  expect(outcomes).toEqual({ ...ALL_DONE, "orphaned-temporary-file": "left" });
  expect(existsSync(join(dir, ".ai", ORPHAN))).toBe(true);
});
