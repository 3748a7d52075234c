import fs, { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { createClaim } from "./executor-claim.ts";
import { fenceOf, removeClaim, writeClaim } from "./run-fence.ts";

const TIME = "2026-07-01T10:00:00.000Z";

/** A run, and its lock is taken away by hand while its claim is read next. */
async function robbedRun() {
  const folder = join(temporaryFolder(), ".long-run");
  mkdirSync(folder);
  const claim = createClaim("one", TIME);
  await writeClaim(folder, claim);
  const path = join(folder, "executor.json");
  const { openSync } = fs;
  const restore = (): void => void (fs.openSync = openSync);
  onTestFinished(restore);
  fs.openSync = (opened, ...rest) => {
    if (opened === path && fs.lstatSync(`${path}.lock`, { throwIfNoEntry: false })) {
      restore();
      rmSync(`${path}.lock`);
    }
    return openSync(opened, ...rest);
  };
  return { folder, path, token: claim.token };
}

test("a change whose lock was taken away while the claim was read is not begun", async () => {
  const { folder, token } = await robbedRun();
  const path = join(folder, "STATE.md");
  const change = fenceOf(folder, token, false).inside(() => writeFileSync(path, "late"));
  await expect(change).rejects.toThrow(expect.objectContaining({ code: "ATOMIC_FS_LOCK_LOST" }));
  expect(existsSync(path)).toBe(false);
});

test("a claim whose lock was taken away while it was read is not removed", async () => {
  const { folder, path, token } = await robbedRun();
  await expect(removeClaim(folder, token)).rejects.toThrow(
    expect.objectContaining({ code: "ATOMIC_FS_LOCK_LOST" }),
  );
  expect(existsSync(path)).toBe(true);
});
