import fs from "node:fs";
import { join, dirname } from "node:path";

import { writeFileAtomicSync } from "@x/atomic-fs";

import { RegistryError } from "../errors.ts";

/**
 * Where epochs begin behind a registry that is gone. The invariant: no epoch is given twice. The floor
 * of a registry stands in a file beside it, so that it outlives the registry; all epochs of the next one
 * are above it, and above all that can have been granted since.
 */
const FLOOR_FILE = "epoch-floor";

// No phase is granted as often as that between two damages.
const ROOM = 2 ** 20;

function floorPath(registryPath: string): string {
  return join(dirname(registryPath), FLOOR_FILE);
}

// A number of 15 digits and the end of its line.
const MAXIMUM_BYTES = 16;

/**
 * The floor for a registry that begins anew; undefined for one that is the first in its place. Throws
 * `RegistryError` (`REGISTRY_UNREADABLE`) where something else than a file is in the place of the one that is noted.
 */
export function nextFloor(registryPath: string, isFirst: boolean, now: Date): number | undefined {
  const former = readFloor(registryPath);
  if (typeof former === "number") return former + ROOM;
  // No count of grants has come to the milliseconds of the clock.
  return isFirst && former === undefined ? undefined : Math.max(ROOM, now.getTime());
}

/**
 * Notes the floor of a registry that is about to be written; one that is noted is never lowered. To be
 * called under the registry's lock. Atomic, durable. Throws `WriteError`.
 */
export function keepFloor(registryPath: string, floor: number): void {
  // It is not there yet when a step is tried before its folder is made.
  if (!fs.existsSync(dirname(registryPath))) return;
  // What is no file there keeps nobody from ending a lease: the next registry is refused, which would begin at it.
  if (!isPlain(floorPath(registryPath))) return;
  const former = readFloor(registryPath);
  if (typeof former !== "number" || former < floor) {
    writeFileAtomicSync(floorPath(registryPath), `${floor}\n`);
  }
}

/** Whether it is a file, or not there. */
function isPlain(path: string): boolean {
  return fs.lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? true;
}

/** Undefined where there is none. */
function readFloor(registryPath: string): number | "unusable" | undefined {
  const path = floorPath(registryPath);
  const stats = fs.lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  // A link may have come with the repository, and what it leads to would be written; a pipe would be waited for.
  if (!stats.isFile()) throw new RegistryError("REGISTRY_UNREADABLE", path, "it is not a file");
  if (stats.size > MAXIMUM_BYTES) return "unusable";
  try {
    const text = fs.readFileSync(path, "utf8");
    return /^\d{1,15}\n$/.test(text) ? Number(text) : "unusable";
  } catch {
    // Then the clock has to do.
    return "unusable";
  }
}
