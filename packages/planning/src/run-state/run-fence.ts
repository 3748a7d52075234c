import fs from "node:fs";

import { withFileLock } from "@x/atomic-fs";

import { errnoOf } from "../errno.ts";
import { updateFile } from "../update-file.ts";
import { type ExecutorClaim, holderOf, livenessOf, renderClaim } from "./executor-claim.ts";
import { readClaim } from "./executor-lock.ts";
import { runPath } from "./run-files.ts";
import { describeHolder, RunStateError } from "./run-state-error.ts";

/** Lets a section change the files of a run, or throws `PLANNING_RUN_LOST`. */
export interface RunFence {
  readonly folder: string;
  readonly token: string;
  /** Exclusive: no other change of the run is under way, and no other executor begins. */
  readonly inside: <R>(section: () => R | Promise<R>) => Promise<R>;
}

/** The fence of whoever knows the token. A guest is let in only as long as the executor lives. */
export function fenceOf(folder: string, token: string, isGuest: boolean): RunFence {
  return {
    folder,
    token,
    inside: (section) =>
      withFileLock(runPath(folder, "claim"), (lock) => {
        assertOwn(folder, token, isGuest);
        lock.assertHeld();
        return section();
      }),
  };
}

/** Throws `PLANNING_RUN_LOST` unless the run is that of this token. */
export function assertOwn(folder: string, token: string, isGuest: boolean): void {
  const claim = readClaim(folder);
  if (claim === undefined || claim.token !== token) throw lost(folder, claim);
  if (isGuest && livenessOf(claim) === "dead") {
    const holder = holderOf(claim);
    const reason = `the executor of this run, ${describeHolder(holder)}, is gone`;
    throw new RunStateError("PLANNING_RUN_LOST", folder, reason, { holder });
  }
}

/**
 * Writes down who has the run, once no change of an earlier executor is under way: none begins
 * afterwards. Not durable: no process outlives a power cut.
 */
export async function writeClaim(folder: string, claim: ExecutorClaim): Promise<void> {
  const path = runPath(folder, "claim");
  const data = renderClaim(claim);
  await updateFile(path, () => ({ data, result: undefined }), { durability: "none" });
}

/** Takes the claim back: nobody is named who is gone. Throws `PLANNING_RUN_LOST` where it is that of another. */
export async function removeClaim(folder: string, token: string): Promise<void> {
  const path = runPath(folder, "claim");
  await withFileLock(path, (lock) => {
    assertOwn(folder, token, false);
    lock.assertHeld();
    removeIfPresent(path);
  });
}

/** Removes a file that only says what is so just now. */
export function removeIfPresent(path: string): void {
  try {
    fs.unlinkSync(path);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
  }
}

function lost(folder: string, claim: ExecutorClaim | undefined): RunStateError {
  const holder = claim && holderOf(claim);
  const now = holder === undefined ? "nobody has it now" : `${describeHolder(holder)} has it now`;
  const reason = `the run is not that of this executor any more: ${now}`;
  return new RunStateError("PLANNING_RUN_LOST", folder, reason, { holder });
}
