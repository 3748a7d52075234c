import fs from "node:fs";
import { dirname, join, resolve } from "node:path";

import { WriteError, writeFileAtomicSync } from "@x/atomic-fs";

import { defineRegistry, type UpdateOptions } from "../define-registry.ts";
import { reasonOf } from "../errno.ts";
import { RegistryError, type Warning } from "../errors.ts";
import { dangling, isDangling, leadsOut } from "../leads-out.ts";
import type { Origin } from "../registry-changes.ts";
import { writeWarning } from "../write-warning.ts";
import { keepFloor, nextFloor } from "./epoch-floor.ts";
import type { LeaseCall } from "./lease-calls.ts";
import {
  EMPTY_FILE,
  floorOf,
  hasLostEpochs,
  type LeaseFile,
  LeaseFileSchema,
  SCHEMA_VERSION,
} from "./lease-file.ts";
import { isOverwritten } from "./lease-loss.ts";
import type { Changed } from "./lease-rules.ts";
import type { Lease } from "./lease.ts";
import { type LeaseClock, type Moment, momentNow } from "./moment.ts";
import { phaseIn, withPhase } from "./phase-in-file.ts";

const LEASE_FILE = ".planning/.local/registry.json";

const registry = defineRegistry<LeaseFile>({
  file: LEASE_FILE,
  schema: LeaseFileSchema,
  empty: EMPTY_FILE,
});

/** The clock that leases expire by, and how their registry is changed. */
export interface LeaseOptions extends UpdateOptions {
  /** Default: the system's clocks. */
  readonly clock?: LeaseClock | undefined;
}

/** Where the registry of leases of that root is. */
export function registryPath(root: string): string {
  return registry.path(root);
}

/** One document, and what is known of where it comes from. */
interface Opened {
  readonly file: LeaseFile;
  readonly origin: Origin;
  readonly moment: Moment;
}

/**
 * What is in the file. One that is damaged is set aside, with a warning. Throws `RegistryError`:
 * `REGISTRY_UNREADABLE`, `REGISTRY_NEWER`, and `REGISTRY_CORRUPT` where it cannot be set aside.
 */
export function readLeaseFile(root: string, options: LeaseOptions): LeaseFile {
  assertReachable(root);
  let fault: RegistryError | undefined;
  const file = registry.read(root, { onFault: (found) => (fault = found) });
  assertKnown(root, file);
  if (fault === undefined) return file;
  if (fault.code === "REGISTRY_UNREADABLE") throw fault;
  try {
    return settle(root, options);
  } catch (error) {
    throw error instanceof WriteError ? fault : error;
  }
}

/** The registry, created where it is missing, and begun anew where it is damaged. */
export function settle(root: string, options: LeaseOptions): LeaseFile {
  return update(root, options, ({ file, origin }) => ({
    ...(origin !== "file" && { value: file }),
    result: file,
  }));
}

/** What is in the file, which is left as it is. Throws also `REGISTRY_CORRUPT`. */
export function peekLeaseFile(root: string): LeaseFile {
  assertReachable(root);
  const file = registry.read(root, { onFault: rethrow });
  assertKnown(root, file);
  return file;
}

/** The folder on the way to the registry that is a link to nothing; undefined: none is. */
export function danglingFolder(root: string): string | undefined {
  const folder = dirname(registryPath(root));
  return [dirname(folder), folder].find(isDangling);
}

/** Behind a link to nothing there may be leases: that is not as if there were none. */
function assertReachable(root: string): void {
  const folder = danglingFolder(root);
  if (folder !== undefined) throw dangling(folder);
}

function rethrow(fault: RegistryError): never {
  throw fault;
}

/** Makes the call, and looks whether what it changed is still there. */
export function changePhase<L extends Lease>(
  root: string,
  call: LeaseCall<L>,
  options: LeaseOptions,
): Changed<L> {
  const { phase, rule } = call;
  const changed = update(root, options, ({ file, moment }) => {
    const made = rule(phaseIn(file, phase), moment);
    return { value: withPhase(file, phase, made), result: made };
  });
  const warning = findLoss(root, phase, changed);
  if (warning !== undefined) warn(options, warning);
  return changed;
}

function update<R>(
  root: string,
  options: LeaseOptions,
  step: (opened: Opened) => { readonly value?: LeaseFile; readonly result: R },
): R {
  const { clock = {}, onWarning = writeWarning, ...updateOptions } = options;
  const path = registryPath(resolve(root));
  assertReachable(root);
  const result = registry.updateSync(
    root,
    (stored, origin) => {
      assertKnown(root, stored);
      const moment = momentNow(clock);
      const isSound = origin === "file" && !hasLostEpochs(stored);
      const floor = isSound ? undefined : nextFloor(path, origin === "missing", moment.now);
      const file = floor === undefined ? stored : { ...stored, epoch_floor: floor };
      const made = step({ file, origin, moment });
      // Before the registry: who is killed in between has only left some room.
      if (made.value !== undefined) keepFloor(path, floorOf(made.value));
      return made;
    },
    { ...updateOptions, onWarning },
  );
  hideFromGit(root, options);
  return result;
}

function assertKnown(root: string, { schema_version }: LeaseFile): void {
  if (schema_version <= SCHEMA_VERSION) return;
  const reason = `its schema_version is ${schema_version}, and this version of Cabinet knows ${SCHEMA_VERSION}`;
  throw new RegistryError("REGISTRY_NEWER", registryPath(root), reason);
}

/** A writer that takes no lock may have read before this change, and written after it. */
function findLoss(root: string, phase: string, changed: Changed): Warning | undefined {
  const path = registryPath(root);
  let fault: RegistryError | undefined;
  const file = registry.read(root, { onFault: (found) => (fault = found) });
  // What cannot be read, or is of a newer version, tells nothing.
  if (fault?.code === "REGISTRY_UNREADABLE" || file.schema_version > SCHEMA_VERSION)
    return undefined;
  if (fault === undefined && !isOverwritten(phaseIn(file, phase), changed)) return undefined;
  const message = `${path}: a tool that does not take its lock has undone the change of phase ${phase}`;
  return { code: "LEASE_OVERWRITTEN", message, path };
}

/** Machine-written state is nobody's commit. Leases work without it, so a failure is a warning. */
function hideFromGit(root: string, options: LeaseOptions): void {
  const path = registryPath(root);
  const folder = dirname(path);
  const ignore = join(folder, ".gitignore");
  try {
    if (fs.existsSync(ignore) || !fs.existsSync(path)) return;
    // A link may have come with the repository: what it leads to is somebody else's folder.
    if (leadsOut(root, folder)) return;
    writeFileAtomicSync(ignore, "*\n", { durability: "none" });
  } catch (error) {
    warn(options, { code: "LEASE_NOT_IGNORED", message: reasonOf(error), path: folder });
  }
}

function warn({ onWarning = writeWarning }: LeaseOptions, warning: Warning): void {
  onWarning(warning);
}
