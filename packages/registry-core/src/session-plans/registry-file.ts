import fs from "node:fs";
import { join } from "node:path";

import { quarantineFileSync, withFileLock, writeFileAtomicSync } from "@x/atomic-fs";

import { RegistryError, type Warning } from "../errors.ts";
import { plansFolder } from "./plan-file.ts";
import { asEntry, type RegistryDocument, type SessionPlanEntry } from "./session-plan.ts";

/**
 * The registry on disk. Readers take no lock: every write replaces the file as a whole. Writers
 * read again under the lock, and change and replace within one turn of the event loop.
 */
const FILE = ".session-plans.json";

// Ten thousand sessions are 3 MB. What is larger was not written by us, and is not worth the memory.
const MAXIMUM_BYTES = 32 * 1024 * 1024;

export interface UpdateOptions {
  readonly onWarning?: ((warning: Warning) => void) | undefined;
}

export function registryPath(dir: string): string {
  return join(plansFolder(dir), FILE);
}

/** Throws `RegistryError`: `REGISTRY_CORRUPT` or `REGISTRY_UNREADABLE`. A missing file is empty. */
export function readDocument(dir: string): RegistryDocument {
  const path = registryPath(dir);
  const bytes = readBytes(path);
  return bytes === undefined ? new Map() : parseDocument(path, bytes);
}

/** What an update does: at most one entry is put; without one, nothing is written. */
export interface Change<R> {
  readonly put?: readonly [sessionKey: string, entry: SessionPlanEntry];
  readonly result: R;
}

/**
 * Changes the registry by what `step` makes of its newest entries. Atomic, durable and exclusive.
 * A corrupt file, or one whose entry must be replaced without being understood, is set aside
 * first, with a warning.
 */
export async function updateDocument<R>(
  dir: string,
  step: (document: RegistryDocument) => Change<R>,
  options: UpdateOptions,
): Promise<R> {
  const path = registryPath(dir);
  createPlansFolder(dir);
  return withFileLock(path, () => {
    const { document, fault } = readOrFault(dir);
    const { put, result } = step(document);
    if (put === undefined) return result;
    const [key, entry] = put;
    const replaced = document.get(key);
    const isForeign = replaced !== undefined && asEntry(replaced) === undefined;
    const reason = fault?.reason ?? (isForeign ? `its entry ${key} is not understood` : undefined);
    if (reason !== undefined) setAside(path, reason, options);
    writeDocument(dir, document.set(key, entry));
    return result;
  });
}

/** Replaces the file. Atomic and durable. */
export function writeDocument(dir: string, document: RegistryDocument): void {
  const text = JSON.stringify(Object.fromEntries(document), null, 2);
  writeFileAtomicSync(registryPath(dir), `${text}\n`);
}

/** Creates `.ai`, never the project's own folder. */
export function createPlansFolder(dir: string): void {
  try {
    fs.mkdirSync(plansFolder(dir));
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === "EEXIST") return;
    if (errno === "ENOENT") {
      throw new RegistryError("REGISTRY_FOLDER_MISSING", dir, "there is no such folder", error);
    }
    throw new RegistryError("REGISTRY_UNWRITABLE", plansFolder(dir), reasonOf(error), error);
  }
}

function readOrFault(dir: string): {
  document: RegistryDocument;
  fault: RegistryError | undefined;
} {
  try {
    return { document: readDocument(dir), fault: undefined };
  } catch (error) {
    if (!(error instanceof RegistryError) || error.code !== "REGISTRY_CORRUPT") throw error;
    return { document: new Map(), fault: error };
  }
}

function setAside(path: string, reason: string, options: UpdateOptions): void {
  const aside = quarantineFileSync(path, { keep: true });
  options.onWarning?.({
    code: "REGISTRY_QUARANTINED",
    message: `${path}: ${reason}; it was set aside as ${aside}`,
    path: aside,
  });
}

function readBytes(path: string): Uint8Array | undefined {
  try {
    const stats = fs.statSync(path);
    if (!stats.isFile()) throw new Error("it is not a file");
    if (stats.size > MAXIMUM_BYTES) {
      throw new RegistryError("REGISTRY_CORRUPT", path, `it is too large (${stats.size} bytes)`);
    }
    return fs.readFileSync(path);
  } catch (error) {
    if (error instanceof RegistryError) throw error;
    if (errnoOf(error) === "ENOENT") return undefined;
    throw new RegistryError("REGISTRY_UNREADABLE", path, reasonOf(error), error);
  }
}

function parseDocument(path: string, bytes: Uint8Array): RegistryDocument {
  let value: unknown;
  try {
    // Invalid UTF-8 is refused: read leniently, it would be lost at the next write.
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new RegistryError("REGISTRY_CORRUPT", path, `it is not valid JSON`, error);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new RegistryError("REGISTRY_CORRUPT", path, "it is not a JSON object");
  }
  return new Map(Object.entries(value));
}

function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
