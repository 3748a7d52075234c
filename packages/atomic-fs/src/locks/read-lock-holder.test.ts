import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { deadOwner } from "../../test/dead-owner.ts";
import { readLockHolder } from "./read-lock-holder.ts";
import { withFileLock } from "./with-file-lock.ts";

test("a lock that is held names its holder, and stays; one that is free names nobody", async () => {
  const path = join(temporaryFolder(), "file");
  expect(readLockHolder(`${path}.lock`)).toBeUndefined();
  await withFileLock(path, ({ assertHeld }) => {
    expect(readLockHolder(`${path}.lock`)).toEqual({
      pid: process.pid,
      state: "alive",
      isThisProcess: true,
      since: expect.any(Date),
    });
    assertHeld();
  });
  expect(readLockHolder(`${path}.lock`)).toBeUndefined();
});

test("the lock of a dead holder is seen as such, and left", () => {
  const folder = temporaryFolder();
  const lockPath = join(folder, "file.lock");
  symlinkSync(deadOwner("abcd1234"), lockPath);
  expect(readLockHolder(lockPath)).toMatchObject({ state: "dead", isThisProcess: false });
  expect(readdirSync(folder)).toEqual(["file.lock"]);
});

test("what names nobody is unknown, whatever it is", () => {
  const folder = temporaryFolder();
  const unknown = { pid: undefined, state: "unknown", isThisProcess: false };
  symlinkSync("somewhere", join(folder, "link.lock"));
  writeFileSync(join(folder, "file.lock"), "");
  mkdirSync(join(folder, "folder.lock"));
  for (const name of ["link.lock", "file.lock", "folder.lock"]) {
    expect(readLockHolder(join(folder, name))).toMatchObject(unknown);
  }
});

test("what cannot be looked at is an error with a code", () => {
  const file = join(temporaryFolder(), "file");
  writeFileSync(file, "");
  const look = (): unknown => readLockHolder(join(file, "below.lock"));
  expect(look).toThrow(expect.objectContaining({ code: "ATOMIC_FS_NOT_DIRECTORY" }));
});
