import fs from "node:fs";
import { basename, join, resolve } from "node:path";

import { type HeldLock, type LockOptions, syncFolderSync, withFileLock } from "@x/atomic-fs";

import type { Warning } from "../errors.ts";
import { dangling, isDangling } from "../leads-out.ts";
import { isMovable, moveAway } from "./move-file.ts";
import { listPlanFiles, planFileName, plansAmong, plansFolder } from "./plan-file.ts";
import { forgetPlans, putBackDropped, registryPath } from "./plan-registry.ts";
import {
  assertTrashInside,
  createTrash,
  readTrash,
  removeEmptyTrash,
  type TrashedPlans,
  trashPath,
} from "./trash.ts";

/** How long to wait for the registry, the clock that names the folder, and who hears of warnings. */
export interface TrashOptions extends LockOptions {
  /** The clock. Default: the system's. */
  readonly now?: (() => Date) | undefined;
  /** Hears of sessions that an older tool had dropped and that were put back before. */
  readonly onWarning?: ((warning: Warning) => void) | undefined;
}

/**
 * Moves all plan files and the registry, a damaged one too, to a folder of their own in `.ai/.trash`, and
 * tells what is there now; null when there is nothing to move, and then nothing is created. Links are
 * moved as links. What else is in `.ai` stays. Exclusive with registrations, durable. Killed anywhere,
 * what was moved by then is in `listTrash`, and the rest in its place.
 *
 * Throws `RegistryError` (`REGISTRY_UNREADABLE`), also where a link leads from `.ai` or its trash out of
 * the project: then nothing was moved; and `WriteError`, `LockedError`, `LockLostError` of
 * `@x/atomic-fs`: then what was moved by then is in the trash.
 */
export async function trashPlans(
  dir: string,
  { now = () => new Date(), onWarning, ...lock }: TrashOptions = {},
): Promise<TrashedPlans | null> {
  // The current folder may change while the lock is waited for.
  const root = resolve(dir);
  assertTrashInside(root);
  const path = registryPath(root);
  if ((await listPlanFiles(root)).length === 0 && !isMovable(path)) return null;
  // Its lock would be where it leads.
  if (isDangling(path)) throw dangling(path);
  await putBackDropped(root, { ...lock, onWarning });
  return withFileLock(path, (held) => moveAll(root, now, held), lock);
}

function moveAll(root: string, now: () => Date, { assertHeld }: HeldLock): TrashedPlans | null {
  const folder = plansFolder(root);
  const registry = registryPath(root);
  const plans = plansAmong(root, fs.readdirSync(folder));
  const files = plans.map(planFileName).map((name) => join(folder, name));
  if (isMovable(registry)) files.push(registry);
  if (files.length === 0) return null;
  assertTrashInside(root);
  const id = createTrash(root, now());
  const trash = trashPath(root, id);
  for (const file of files) {
    assertHeld();
    moveAway(file, join(trash, basename(file)));
  }
  forgetPlans(root);
  syncFolderSync(trash);
  syncFolderSync(folder);
  const trashed = readTrash(root, id);
  if (trashed === undefined) removeEmptyTrash(root);
  return trashed ?? null;
}
