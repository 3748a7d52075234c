import { existsSync, readFileSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { deadOwner } from "../../test/dead-owner.ts";
import { syncFileCalls } from "../file-calls.ts";
import { createOwner } from "./lock-file.ts";
import { NextInLine } from "./next-in-line.ts";

const newLock = (): string => join(temporaryFolder(), "file.lock");
const placeAt = (lockPath: string): NextInLine =>
  new NextInLine(syncFileCalls, lockPath, createOwner());

test("a claim holds others back until it is left", () => {
  const lockPath = newLock();
  // That of another process: this thread's own calls do not wait for each other here.
  symlinkSync(createOwner(), `${lockPath}.next`);
  const place = placeAt(lockPath);
  expect(place.mayTake(0)).toBe(false);
  expect(place.isBehind).toBe(true);
  place.claim();
  expect(place.isClaimed).toBe(false);
  unlinkSync(`${lockPath}.next`);
  expect(place.mayTake(1)).toBe(true);
  place.claim();
  expect(place.isClaimed).toBe(true);
  expect(place.mayTake(2)).toBe(true);
  place.leave();
  expect(existsSync(`${lockPath}.next`)).toBe(false);
});

test("a claim is taken away when the lock has been free beside it for a while, not before", () => {
  const lockPath = newLock();
  symlinkSync(createOwner(), `${lockPath}.next`);
  symlinkSync(createOwner(), lockPath);
  const place = placeAt(lockPath);
  for (const now of [0, 150, 300]) expect(place.mayTake(now)).toBe(false);
  unlinkSync(lockPath);
  for (const now of [301, 399]) expect(place.mayTake(now)).toBe(false);
  expect(place.mayTake(401)).toBe(true);
});

test.runIf(process.platform === "linux")("the claim of a dead process is taken away sooner", () => {
  const lockPath = newLock();
  symlinkSync(deadOwner("abcdefgh"), `${lockPath}.next`);
  const place = placeAt(lockPath);
  expect([0, 5, 11].map((now) => place.mayTake(now))).toEqual([false, false, true]);
});

test("who lost its claim may claim again", () => {
  const lockPath = newLock();
  const place = placeAt(lockPath);
  place.claim();
  unlinkSync(`${lockPath}.next`);
  expect(place.mayTake(0)).toBe(true);
  expect(place.isClaimed).toBe(false);
  place.claim();
  expect(place.isClaimed).toBe(true);
});

test("somebody's file in the claim's place is no claim, and stays", () => {
  const lockPath = newLock();
  writeFileSync(`${lockPath}.next`, "precious");
  const place = placeAt(lockPath);
  for (const now of [0, 500]) expect(place.mayTake(now)).toBe(true);
  place.claim();
  place.leave();
  expect(readFileSync(`${lockPath}.next`, "utf8")).toBe("precious");
});
