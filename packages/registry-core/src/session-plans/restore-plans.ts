import fs from "node:fs";
import { join, resolve } from "node:path";

import { type HeldLock, type LockOptions, syncFolderSync, withFileLock } from "@x/atomic-fs";

import type { Warning } from "../errors.ts";
import { assertPathSegment } from "../path-segment.ts";
import { kindOf, moveBack } from "./move-file.ts";
import { planFileName, plansFolder } from "./plan-file.ts";
import { forgetPlans, registryPath } from "./plan-registry.ts";
import { TrashError } from "./trash-error.ts";
import {
  assertTrashInside,
  isTrash,
  readTrash,
  removeEmptyTrash,
  trashedRegistryPath,
  trashPath,
} from "./trash.ts";
import {
  countSessions,
  mergeTrashedRegistry,
  readTrashedRegistry,
  type TrashedRegistry,
} from "./trashed-registry.ts";

/** How long to wait for the registry, and who hears of what becomes of it. */
export interface RestoreOptions extends LockOptions {
  /** Hears of what becomes of the registry that is there, as with `registerPlan`. */
  readonly onWarning?: ((warning: Warning) => void) | undefined;
}

/** What came back of a cleaning, and what of it is still in the trash. */
export interface RestoredPlans {
  readonly id: string;
  /** The names of the plans whose files are in their place again. */
  readonly plans: readonly string[];
  /** The names of those that stay in the trash: something of that name is there. */
  readonly kept: readonly string[];
  /**
   * What became of the registry in the trash: `kept` is one that is damaged, or holds something that is not
   * understood, while there is another one, and that of plans that are kept. `none`: there was none.
   */
  readonly registry: "restored" | "kept" | "none";
  /** How many sessions have a plan again. */
  readonly sessions: number;
}

/**
 * Brings back what one cleaning has taken away: each plan file where no file of its name is now, and the
 * plans of those sessions that have none now. Where there is no registry, the one in the trash is moved
 * back as it is. What cannot come back stays in the trash; when nothing is left there, its folder goes.
 * Exclusive with registrations, durable. Killed anywhere and called again, it comes to the same.
 *
 * Throws `NameError` for an id that is no name, `TrashError` (`REGISTRY_TRASH_NOT_FOUND`) for one that there
 * is none of, and what `trashPlans` and `registerPlan` throw: then what was brought back by then is back,
 * and the rest in the trash.
 */
export async function restorePlans(
  dir: string,
  id: string,
  options: RestoreOptions = {},
): Promise<RestoredPlans> {
  assertPathSegment(id);
  const root = resolve(dir);
  assertTrashInside(root);
  if (!isTrash(root, id)) throw new TrashError(id, trashPath(root, id));
  const { timeoutMilliseconds } = options;
  const exclusively = <R>(section: (held: HeldLock) => R): Promise<R> =>
    withFileLock(registryPath(root), section, { timeoutMilliseconds });
  const { plans, kept, found, isBack } = await exclusively((held) => moveFiles(root, id, held));
  // The hold of an update is its own. Whoever gets between finds all that was brought back by then.
  const isMerged = found !== undefined && !isBack;
  const sessions = isMerged ? await mergeTrashedRegistry(root, found, kept, options) : 0;
  // Whose plan stays there, is known there too.
  const isDone = isMerged && kept.length === 0;
  const isLeft = await exclusively((held) => finish(root, id, isDone ? found : undefined, held));
  const isNone = found === undefined && !isBack && !isLeft;
  return {
    id,
    plans,
    kept,
    registry: isNone ? "none" : isLeft ? "kept" : "restored",
    sessions: isBack && found !== undefined ? countSessions(found.plans) : sessions,
  };
}

interface MovedFiles {
  readonly plans: readonly string[];
  readonly kept: readonly string[];
  /** The registry in the trash, where it is understood. */
  readonly found: TrashedRegistry | undefined;
  /** It was moved to its place. */
  readonly isBack: boolean;
}

function moveFiles(root: string, id: string, { assertHeld }: HeldLock): MovedFiles {
  const trash = trashPath(root, id);
  assertTrashInside(root);
  const { plans = [], hasRegistry = false } = readTrash(root, id) ?? {};
  const back = plans.filter((name) => {
    assertHeld();
    const fileName = planFileName(name);
    return moveBack(join(trash, fileName), join(plansFolder(root), fileName));
  });
  const registry = trashedRegistryPath(trash);
  const found = hasRegistry ? readTrashedRegistry(registry) : undefined;
  assertHeld();
  const isBack = hasRegistry && moveBack(registry, registryPath(root));
  if (isBack) forgetPlans(root);
  return { plans: back, kept: plans.filter((name) => !back.includes(name)), found, isBack };
}

/** Takes away what is in its place by now, and tells whether a registry is left. */
function finish(
  root: string,
  id: string,
  merged: TrashedRegistry | undefined,
  { assertHeld }: HeldLock,
): boolean {
  assertHeld();
  const trash = trashPath(root, id);
  const registry = trashedRegistryPath(trash);
  // After the hold before, somebody may have cleaned again, and under the same time.
  if (merged?.isWhole === true && isStill(registry, merged.bytes)) fs.unlinkSync(registry);
  if (kindOf(trash) === "folder") syncFolderSync(trash);
  removeEmptyTrash(root);
  return kindOf(registry) !== undefined;
}

function isStill(path: string, bytes: Uint8Array): boolean {
  if (kindOf(path) !== "file") return false;
  return Buffer.compare(fs.readFileSync(path), bytes) === 0;
}
