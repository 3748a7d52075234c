import fs from "node:fs";
import { join, dirname } from "node:path";

import { writeFileAtomicSync } from "@x/atomic-fs";

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

/** The floor for a registry that begins anew; undefined for one that is the first in its place. */
export function nextFloor(registryPath: string, isFirst: boolean, now: Date): number | undefined {
  const former = readFloor(registryPath);
  if (former !== undefined) return former + ROOM;
  // No count of grants has come to the milliseconds of the clock.
  return isFirst ? undefined : Math.max(ROOM, now.getTime());
}

/**
 * Notes the floor of a registry that is about to be written; one that is noted is never lowered. To be
 * called under the registry's lock. Atomic, durable. Throws `WriteError`.
 */
export function keepFloor(registryPath: string, floor: number): void {
  // It is not there yet when a step is tried before its folder is made.
  if (!fs.existsSync(dirname(registryPath))) return;
  const former = readFloor(registryPath);
  if (former === undefined || former < floor) {
    writeFileAtomicSync(floorPath(registryPath), `${floor}\n`);
  }
}

/** Undefined where there is none, or none that can be used. */
function readFloor(registryPath: string): number | undefined {
  try {
    const text = fs.readFileSync(floorPath(registryPath), "utf8");
    return /^\d{1,15}\n$/.test(text) ? Number(text) : undefined;
  } catch {
    // Then the clock has to do.
    return undefined;
  }
}
