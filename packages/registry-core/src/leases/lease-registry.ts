import fs from "node:fs";
import { dirname, join } from "node:path";

import { WriteError, writeFileAtomicSync } from "@x/atomic-fs";

import { defineRegistry, type UpdateOptions } from "../define-registry.ts";
import { reasonOf } from "../errno.ts";
import { RegistryError, type Warning } from "../errors.ts";
import type { Origin } from "../registry-changes.ts";
import { epochFloor } from "./epoch-floor.ts";
import type { LeaseCall } from "./lease-calls.ts";
import { EMPTY_FILE, type LeaseFile, LeaseFileSchema, SCHEMA_VERSION } from "./lease-file.ts";
import { isOverwritten } from "./lease-loss.ts";
import type { Changed } from "./lease-rules.ts";
import { type LeaseClock, type Moment, momentNow } from "./moment.ts";
import { phaseIn, withPhase } from "./phase-in-file.ts";

const LEASE_FILE = ".planning/.local/registry.json";

const registry = defineRegistry<LeaseFile>({
  file: LEASE_FILE,
  schema: LeaseFileSchema,
  empty: EMPTY_FILE,
});

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

/** Makes the call, and looks whether what it changed is still there. */
export function changePhase(
  root: string,
  { phase, rule }: LeaseCall,
  options: LeaseOptions,
): Changed {
  const changed = update(root, options, ({ file, moment }) => {
    const made = rule(phaseIn(file, phase), moment);
    return { value: withPhase(file, phase, made.record), result: made };
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
  let isNew = false;
  const result = registry.updateSync(
    root,
    (stored, origin) => {
      assertKnown(root, stored);
      isNew = origin !== "file";
      const moment = momentNow(clock);
      const file = origin === "damaged" ? begunAnew(root, stored, moment) : stored;
      return step({ file, origin, moment });
    },
    { ...updateOptions, onWarning },
  );
  if (isNew) hideFromGit(root, options);
  return result;
}

function begunAnew(root: string, empty: LeaseFile, { now }: Moment): LeaseFile {
  return { ...empty, epoch_floor: epochFloor(registryPath(root), now) };
}

function assertKnown(root: string, { schema_version }: LeaseFile): void {
  if (schema_version <= SCHEMA_VERSION) return;
  const reason = `its schema_version is ${schema_version}, and this version of Cabinet knows ${SCHEMA_VERSION}`;
  throw new RegistryError("REGISTRY_NEWER", registryPath(root), reason);
}

/** A writer that takes no lock may have read before this change, and written after it. */
function findLoss(root: string, phase: string, changed: Changed): Warning | undefined {
  const path = registryPath(root);
  let isDamaged = false;
  const file = registry.read(root, { onFault: () => (isDamaged = true) });
  if (!isDamaged && !isOverwritten(phaseIn(file, phase), changed)) return undefined;
  const message = `${path}: a tool that does not take its lock has undone the change of phase ${phase}`;
  return { code: "LEASE_OVERWRITTEN", message, path };
}

/** Machine-written state is nobody's commit. Leases work without it, so a failure is a warning. */
function hideFromGit(root: string, options: LeaseOptions): void {
  const path = join(dirname(registryPath(root)), ".gitignore");
  if (!fs.existsSync(registryPath(root)) || fs.existsSync(path)) return;
  try {
    writeFileAtomicSync(path, "*\n", { durability: "none" });
  } catch (error) {
    warn(options, { code: "LEASE_NOT_IGNORED", message: `${path}: ${reasonOf(error)}`, path });
  }
}

function warn({ onWarning = writeWarning }: LeaseOptions, warning: Warning): void {
  onWarning(warning);
}

/** As the original does, whose functions these are. */
function writeWarning({ message }: Warning): void {
  process.stderr.write(`warning: ${message}\n`);
}
